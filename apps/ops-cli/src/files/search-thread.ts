import { parentPort } from 'node:worker_threads';
import { searchExtents } from './search-extents.ts';
import { SHARED, type SearchThreadData } from './search-shared.ts';

parentPort?.on('message', ({ files, shared, pieceBytes }: SearchThreadData) => {
  const next = (): number => Atomics.add(shared, SHARED.taken, 1);
  const onRead = (bytes: number): void => void Atomics.add(shared, SHARED.readKiB, Math.round(bytes / 1024));
  parentPort?.postMessage(searchExtents(files, next, onRead, pieceBytes));
});
