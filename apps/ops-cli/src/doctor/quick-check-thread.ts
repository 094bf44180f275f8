import { parentPort, workerData } from 'node:worker_threads';
import { isRecord } from '../json/record.ts';
import { quickCheck } from './quick-check.ts';

const request: unknown = workerData;
if (isRecord(request)) parentPort?.postMessage(await quickCheck(String(request['path']), request['isOurs'] === true));
