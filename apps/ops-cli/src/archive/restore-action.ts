import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { createGunzip } from 'node:zlib';
import { pipeline } from 'node:stream/promises';
import type { OptionValues } from '../command/command.ts';
import { CommandError, EXIT, UsageError } from '../errors.ts';
import { ArrayItems } from '../files/array-items.ts';
import { documentText } from '../json/document-text.ts';
import { print } from '../terminal/print.ts';
import { createProgress, type Progress } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { counted } from '../text/number.ts';
import { printable } from '../text/printable.ts';
import { failureText } from './failure.ts';
import { archiveNamed, placesOf } from './places.ts';

/** `codex-ops archive restore`: the rows of an archive, back into a table or out as NDJSON. */
export async function archiveRestoreAction(values: OptionValues, terminal: Terminal): Promise<number> {
  const { stderr } = terminal;
  const into = values.text('into');
  const isPrinted = values.flag('stdout');
  if ((into === undefined) !== isPrinted) throw new UsageError('restore takes --into DATABASE or --stdout, one of them');
  if (isPrinted && values.flag('json')) throw new UsageError('--stdout prints NDJSON already, and goes without --json');
  const file = archiveNamed(values, placesOf(values));
  const progress = createProgress(stderr);
  try {
    if (into === undefined) await printRows(file, terminal, progress);
    else await restoreRows({ file, into: resolve(into), isJson: values.flag('json') }, terminal, progress);
    return EXIT.done;
  } catch (error) {
    progress.clear();
    const stopped = isPrinted ? 'not all of it was printed' : 'rows that are restored stay, and doing it again restores the others';
    throw new CommandError(failureText(printable(file), error, stopped));
  }
}

interface RestoreRequest {
  readonly file: string;
  readonly into: string;
  readonly isJson: boolean;
}

async function restoreRows({ file, into, isJson }: RestoreRequest, terminal: Terminal, progress: Progress): Promise<void> {
  const { restoreArchive } = await import('@codex-proxy/scale-trace');
  const onRows = (rows: number): void => progress.show(() => `restored ${counted(rows, 'row')}`);
  const { rowsRestored, rowsPresent, rowsConflicting } = await restoreArchive(file, into, { signal: terminal.interruption(), onRows });
  progress.clear();
  const document = {
    version: 1,
    path: file,
    database: into,
    rows_restored: rowsRestored,
    rows_present: rowsPresent,
    rows_conflicting: rowsConflicting,
  };
  const present = rowsPresent === 0 ? '' : `; ${counted(rowsPresent, 'row')} had an id that is there already, and stayed out`;
  const conflicting = rowsConflicting === 0 ? '' : ` (${counted(rowsConflicting, 'of them is another row', 'of them are other rows')})`;
  const text = `${counted(rowsRestored, 'row')} restored into agent_logs of ${printable(into)}${present}${conflicting}\n`;
  await print(terminal.stdout, isJson ? documentText(document) : text);
}

/** Verified first: a damaged archive is refused as a whole. */
async function printRows(file: string, { stdout, interruption }: Terminal, progress: Progress): Promise<void> {
  const { verifyArchive } = await import('@codex-proxy/scale-trace');
  const signal = interruption();
  await verifyArchive(file, { signal, onRows: (rows) => progress.show(() => `verified ${counted(rows, 'row')}`) });
  progress.clear();
  await pipeline(
    createReadStream(file),
    createGunzip(),
    async (chunks: AsyncIterable<Buffer>) => {
      let lines = '';
      const items = new ArrayItems((item) => (lines += `${item.toString('utf8')}\n`));
      for await (const chunk of chunks) {
        items.push(chunk);
        if (lines !== '') await print(stdout, lines);
        lines = '';
      }
    },
    { signal },
  );
}
