import { parentPort } from 'node:worker_threads';
import { openStateDatabaseReadOnly } from '../database/open.ts';
import type { FromThread, ThreadData, ToReader } from './messages.ts';
import { ReaderLoop } from './reader-loop.ts';
import { failureOf } from './writer-loop.ts';

const post = (message: FromThread): void => parentPort?.postMessage(message);

parentPort?.once('message', ({ path, open }: ThreadData) => {
  try {
    const loop = new ReaderLoop(openStateDatabaseReadOnly(path, open), post, () => parentPort?.close());
    parentPort?.on('message', (message: ToReader) => loop.receive(message));
    post({ kind: 'open' });
  } catch (error) {
    post({ kind: 'refused', failure: failureOf(error) });
  }
});
