import { basename } from 'node:path';
import type { OptionValues } from '../command/command.ts';
import { causeOf, CommandError, EXIT } from '../errors.ts';
import { documentText } from '../json/document-text.ts';
import { say } from '../terminal/say.ts';
import { print } from '../terminal/print.ts';
import { createProgress } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { formatBytes } from '../text/duration.ts';
import { counted } from '../text/number.ts';
import { printable } from '../text/printable.ts';
import { failureText } from './failure.ts';
import { readManifest, type ManifestRow } from './manifest.ts';
import { archiveNamed, placesOf } from './places.ts';

/** Whether an archive is the one that the database knows. */
type ManifestVerdict = 'same' | 'differs' | 'unlisted';

/** `codex-ops archive verify`: every byte unpacked, every row parsed, and compared with what the database knows. */
export async function archiveVerifyAction(values: OptionValues, terminal: Terminal): Promise<number> {
  const { stdout, stderr } = terminal;
  const places = placesOf(values);
  const file = archiveNamed(values, places);
  const { verifyArchive } = await import('@codex-proxy/scale-trace');
  const progress = createProgress(stderr);
  try {
    const signal = terminal.interruption();
    const found = await verifyArchive(file, { signal, onRows: (rows) => progress.show(() => `verified ${counted(rows, 'row')}`) });
    progress.clear();
    const known = (await manifestOf(places.database, stderr)).find((row) => row.file === basename(file));
    const verdict: ManifestVerdict = known === undefined ? 'unlisted' : known.sha256 === found.sha256 ? 'same' : 'differs';
    const { rows, originalSizeBytes, compressedSizeBytes, sha256 } = found;
    const sizes = { rows, original_bytes: originalSizeBytes, compressed_bytes: compressedSizeBytes, sha256 };
    const text =
      `${printable(file)} is whole: ${counted(rows, 'row')}, ${formatBytes(originalSizeBytes)} as ${formatBytes(compressedSizeBytes)}\n` +
      `sha256 ${sha256}, ${VERDICTS[verdict]}\n`;
    await print(stdout, values.flag('json') ? documentText({ version: 1, path: file, ...sizes, manifest: verdict }) : text);
    if (verdict === 'differs') say(stderr, 'it is a whole archive, and not the one that was written here');
    return verdict === 'differs' ? EXIT.failed : EXIT.done;
  } catch (error) {
    progress.clear();
    throw new CommandError(failureText(printable(file), error, 'whether it is whole is not known'));
  }
}

const VERDICTS: Readonly<Record<ManifestVerdict, string>> = {
  same: 'as the database has it',
  differs: 'and the database has another',
  unlisted: 'of which the database knows nothing',
};

async function manifestOf(database: string, stderr: Terminal['stderr']): Promise<readonly ManifestRow[]> {
  try {
    return await readManifest(database);
  } catch (error) {
    say(stderr, `${printable(database)} cannot be read (${causeOf(error)}): the archive is not compared with it`);
    return [];
  }
}
