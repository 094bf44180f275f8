import { dirname, join } from 'node:path';
import type { OptionValues } from '../command/command.ts';
import { EXIT, UsageError } from '../errors.ts';
import { textAt } from '../json/record.ts';
import { deniedBy } from '../files/absence.ts';
import { rotatedBytes } from '../files/rotated-files.ts';
import { startSearchHelper, WORTH_A_HELPER_BYTES } from '../files/search-helper.ts';
import { say } from '../terminal/say.ts';
import { createProgress } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { formatBytes } from '../text/duration.ts';
import { printable } from '../text/printable.ts';
import { requestOfCompletion } from './completion-id.ts';
import { collect, isOf, searchAccess, searchOthers, type Places } from './collect.ts';
import type { Evidence, Searched } from './evidence.ts';
import type { Presenter } from './presenter.ts';
import type { SourceParts } from './sources/log-source.ts';

/** What an id can be: ours, or one that the proxy takes from a client. */
const ID = /^[\w.:-]{1,128}$/;

/** `codex-ops trace`: one request, out of everything that was written about it. */
export async function traceAction(values: OptionValues, terminal: Terminal): Promise<number> {
  const id = values.text('req-id') ?? '';
  if (!ID.test(id)) throw new UsageError('--req-id takes a request id: up to 128 letters, digits and . _ : -');
  const { stderr } = terminal;
  const warnings: string[] = [];
  const progress = createProgress(stderr);
  let [read, toRead] = [0, 0];
  // To load it takes half as long as to search a gigabyte, and it is not needed before something is shown.
  let loaded: Promise<Presenter> | undefined;
  const presenter = async (): Promise<Presenter> => (loaded ??= importPresenter(terminal, values.flag('json')));
  if ((terminal.environment['REDACTION_RULES'] ?? '') !== '') await presenter();
  const places = placesOf(values, terminal);
  const parts: SourceParts = {
    warn(sentence) {
      warnings.push(sentence);
      progress.clear();
      say(stderr, sentence);
    },
    onFound: (bytes) => void (toRead += bytes),
    helper: startHelperFor(places),
    meanwhile: presenter,
    onRead(bytes) {
      read += bytes;
      progress.show(() => `searched ${formatBytes(read)} of ${formatBytes(toRead)}`);
    },
  };
  const access = await searchAccess(id, places, parts);
  const [ofCompletion = id] = requestOfCompletion(id);
  const named = access.records.filter((record) => !isOf(record, id) && !isOf(record, ofCompletion));
  const byClient = new Set(named.length === access.records.length ? named.map((record) => textAt(record, 'request_id') ?? '') : []);
  if (byClient.size > 1) {
    progress.clear();
    await print(terminal, (await presenter()).matches(id, named, { searched: [access.searched], warnings }));
    return EXIT.done;
  }
  const [requestId = ofCompletion] = byClient;
  if (requestId !== id) {
    const whose = byClient.size > 0 ? 'the id that a client gave' : 'the id of a chat completion';
    say(stderr, `${(await presenter()).id(id)} is ${whose}; its request is ${(await presenter()).id(requestId)}`);
  }
  const findings = await searchOthers(requestId, access, places, parts);
  const { evidence, searched: all } = await collect(requestId, findings, places, parts);
  if (evidence.access.length > 1) parts.warn(`${evidence.access.length} terminal records have this id; the last one counts`);
  progress.clear();
  if (isEmpty(evidence)) {
    stderr.write(unknownText((await presenter()).id(id), all));
    return EXIT.failed;
  }
  await print(terminal, (await presenter()).trace(requestId, evidence, { searched: all, warnings }));
  return EXIT.done;
}

async function importPresenter(terminal: Terminal, isJson: boolean): Promise<Presenter> {
  const { createPresenter } = await import('./presenter.ts');
  return createPresenter(terminal, isJson);
}

/** A thread that searches as well, started before it is known whether all of that must be searched: to start takes it as long as 50 MB do. */
function startHelperFor({ protoLog, usageLog }: Places): SourceParts['helper'] {
  return rotatedBytes(protoLog) + rotatedBytes(usageLog) < WORTH_A_HELPER_BYTES ? undefined : startSearchHelper();
}

function placesOf(values: OptionValues, { environment }: Terminal): Places {
  const stateDir = values.text('state-dir') ?? '.codex-api';
  const configured = environment['ARCHIVE_DIR'] ?? '';
  return {
    stateDir,
    accessLog: values.text('access-log') ?? join(stateDir, 'access.ndjson'),
    protoLog: values.text('proto-log') ?? join(stateDir, 'proto.ndjson'),
    usageLog: values.text('usage-log') ?? join(stateDir, 'usage.ndjson'),
    log: values.text('log'),
    archiveDir: configured === '' ? join(stateDir, 'archives') : configured,
  };
}

function isEmpty(evidence: Evidence): boolean {
  const { access, usage, frames, log, artifact, run, runEvents, agentLogs, archived } = evidence;
  return (
    [...access, ...usage, ...frames, ...log, ...runEvents, ...agentLogs, ...archived].length === 0 &&
    artifact === undefined &&
    run === undefined
  );
}

function unknownText(id: string, searched: readonly Searched[]): string {
  const lines = searched.map(({ source, path, files }) => {
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    const there = files.length === 0 ? 'nothing there' : `${files.length} ${files.length === 1 ? 'file' : 'files'}, ${formatBytes(bytes)}`;
    const amount = (deniedBy(path) ?? deniedBy(dirname(path))) === undefined ? there : 'cannot be read';
    return `  ${source.padEnd(12)} ${printable(path)} (${amount})\n`;
  });
  return (
    `codex-ops: nothing is known of ${id}. Searched:\n${lines.join('')}` +
    'Is it the X-Request-Id of the answer, and --state-dir the folder of that proxy? The newest records are written within a second.\n'
  );
}

async function print({ stdout }: Terminal, text: string): Promise<void> {
  if (!stdout.write(text)) await stdout.drained();
}
