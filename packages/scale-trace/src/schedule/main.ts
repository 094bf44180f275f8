import { parentPort } from 'node:worker_threads';
import { listen } from './thread.ts';

if (parentPort !== null) listen(parentPort);
