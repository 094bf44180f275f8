import { existsSync } from 'node:fs';
import type { ArchiveOutcome, ArchivePhase } from '@codex-proxy/contracts';
import type { OptionValues } from '../command/command.ts';
import { CommandError, EXIT, UsageError } from '../errors.ts';
import { deniedBy, deniedText } from '../files/absence.ts';
import { documentText } from '../json/document-text.ts';
import { createOperatorRedactor } from '../redact/operator-redactor.ts';
import { say } from '../terminal/say.ts';
import { print } from '../terminal/print.ts';
import { createProgress } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { printable } from '../text/printable.ts';
import { hang } from '../text/wrap.ts';
import { failureText } from './failure.ts';
import { readManifest } from './manifest.ts';
import { outcomeDocument, renderOutcome } from './outcome.ts';
import { placesOf } from './places.ts';
import { progressText } from './run-progress.ts';

const MIB = 1_048_576;
const DEFAULT_THRESHOLD_MB = 100;
const VARIABLE = 'AGENT_LOGS_ARCHIVE_THRESHOLD_MB';

/** `codex-ops archive run`: what the proxy does by itself, now. */
export async function archiveRunAction(values: OptionValues, terminal: Terminal): Promise<number> {
  const { stdout, stderr, environment } = terminal;
  const places = placesOf(values);
  const thresholdBytes = values.flag('force') ? 0 : (values.number('threshold-mb') ?? thresholdOf(environment)) * MIB;
  const denied = deniedBy(places.database);
  if (denied !== undefined) throw new CommandError(deniedText(printable(places.database), denied));
  if (!existsSync(places.database)) {
    throw new CommandError(`there is no ${printable(places.database)}: is --state-dir the folder of the proxy?`);
  }
  const redactor = await createOperatorRedactor(terminal);
  const { ScaleTrace } = await import('@codex-proxy/scale-trace');
  const progress = createProgress(stderr);
  const outcomes: ArchiveOutcome[] = [];
  let error: unknown;
  let phase: ArchivePhase | undefined;
  try {
    await ScaleTrace.run(places.database, places.archives, {
      ...{ thresholdBytes, redactor, clock: terminal.now, signal: terminal.interruption() },
      onProgress(at) {
        phase = at.phase;
        progress.show(() => progressText(at, places.archives));
      },
      onOutcome: (outcome) => outcomes.push(outcome),
    });
  } catch (caught) {
    error = caught;
  }
  progress.clear();
  const isBusy = outcomes.some(({ kind }) => kind === 'busy');
  if (values.flag('json')) await print(stdout, documentText({ version: 1, outcomes: outcomes.map(outcomeDocument) }));
  else for (const outcome of outcomes) await print(stdout, wrapped(renderOutcome(outcome), stdout.columns));
  if (error !== undefined) say(stderr, failureText('not all was done', error, await stoppedText(phase, places.database)));
  if (isBusy) say(stderr, 'another archiver is at work, that of the proxy or another codex-ops archive run: try again when it is done');
  return error !== undefined || isBusy || outcomes.some(({ kind }) => kind === 'failed') ? EXIT.failed : EXIT.done;
}

/** What is so after Ctrl-C: the manifest knows whether there is an archive that the next run goes on with. */
async function stoppedText(phase: ArchivePhase | undefined, database: string): Promise<string> {
  const manifest = await readManifest(database).catch(() => []);
  if (manifest.some(({ state }) => state === 'pending')) return 'the archive is whole, and the next run purges what is left of its rows';
  if (phase === undefined) return 'nothing was changed';
  if (phase === 'export' || phase === 'verify')
    return 'its rows are still in the table, and what was written is thrown away: the next run begins anew';
  return 'its rows are archived and purged, and the next run gives back what is left';
}

function wrapped(text: string, columns = Number.POSITIVE_INFINITY): string {
  return text
    .split('\n')
    .flatMap((line) => hang('', line, columns))
    .join('\n');
}

function thresholdOf(environment: Terminal['environment']): number {
  const text = (environment[VARIABLE] ?? '').trim();
  if (text === '') return DEFAULT_THRESHOLD_MB;
  if (!/^\d{1,7}$/.test(text)) throw new UsageError(`$${VARIABLE} is no whole number of megabytes`);
  return Number(text);
}
