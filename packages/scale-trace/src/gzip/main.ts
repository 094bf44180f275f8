import { parentPort } from 'node:worker_threads';
import { listen } from './listen.ts';

if (parentPort !== null) listen(parentPort);
