import { parentPort } from 'node:worker_threads';
import { openStateDatabase } from '../database/open.ts';
import type { FromThread, ThreadData, ToThread } from './messages.ts';
import { failureOf, WriterLoop } from './writer-loop.ts';

const post = (message: FromThread): void => parentPort?.postMessage(message);

parentPort?.once('message', ({ path, open }: ThreadData) => {
  try {
    const loop = new WriterLoop(openStateDatabase(path, open), post, () => parentPort?.close());
    parentPort?.on('message', (message: ToThread) => loop.receive(message));
    post({ kind: 'open' });
  } catch (error) {
    post({ kind: 'refused', failure: failureOf(error) });
  }
});
