import { parentPort } from 'node:worker_threads';
import { check, type CheckRequest } from './check.ts';

parentPort?.on('message', (request: CheckRequest) => {
  parentPort?.postMessage(check(request));
});
