import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';

/** Rotates `access.ndjson` for ever. Each file holds its number; told once `most` are there. */
const { folder, most }: { readonly folder: string; readonly most: number } = workerData;

function pathOf(count: number): string {
  return join(folder, count === 0 ? 'access.ndjson' : `access.${count}.ndjson`);
}

for (let number = 0; ; number += 1) {
  // Moved into its place: at no time is there a file without its number.
  writeFileSync(join(folder, 'next'), String(number));
  renameSync(join(folder, 'next'), pathOf(0));
  const highest = Math.min(number, most - 1);
  if (number >= most) rmSync(pathOf(most));
  for (let count = highest; count >= 0; count -= 1) renameSync(pathOf(count), pathOf(count + 1));
  if (number === most) parentPort?.postMessage('ready');
}
