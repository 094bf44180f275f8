import { join } from 'node:path';
import { existsSync } from 'node:fs';
import { tailOf } from '../../files/tail.ts';
import type { CaptureParts, Collector } from '../capture.ts';

const LOGS = ['access', 'proto', 'usage'];
const TAIL_BYTES = 8 * 1_048_576;

/** The last lines of each log. */
export async function captureLogs({ stateDir, log, mostLines, scrubber }: CaptureParts, into: Collector): Promise<void> {
  const wanted = LOGS.map((name) => ({ file: `logs/${name}.ndjson`, path: join(stateDir, `${name}.ndjson`) }));
  for (const { file, path } of [...wanted, ...(log === undefined ? [] : [{ file: 'logs/proxy.log', path: log }])]) {
    if (!existsSync(path)) {
      into.miss(file, `${path} is not there: is --state-dir the folder of the proxy, on this machine?`);
      continue;
    }
    const lines = (await tailOf(path, TAIL_BYTES)).split('\n').filter((line) => line !== '');
    into.add(
      file,
      `${path}, its last ${mostLines} lines`,
      scrubber.lines(
        lines
          .slice(-mostLines)
          .map((line) => `${line}\n`)
          .join(''),
      ),
    );
  }
  if (log === undefined) into.miss('logs/proxy.log', 'the proxy logs to its standard output: name the file that it is kept in with --log');
}
