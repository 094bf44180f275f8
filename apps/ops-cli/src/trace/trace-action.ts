import { join } from 'node:path';
import type { OptionValues } from '../command/command.ts';
import { EXIT, UsageError } from '../errors.ts';
import { isRecord, textAt } from '../json/record.ts';
import { createOperatorRedactor } from '../redact/operator-redactor.ts';
import { say } from '../terminal/say.ts';
import { createProgress } from '../terminal/progress.ts';
import { hasColour, type Terminal } from '../terminal/terminal.ts';
import { formatBytes } from '../text/duration.ts';
import { createPaint } from '../text/paint.ts';
import { printable } from '../text/printable.ts';
import { collect, isOf, searchAccess, searchOthers, type Places } from './collect.ts';
import { createDocument, createMatches } from './document.ts';
import type { Evidence, Searched } from './evidence.ts';
import { renderMatches } from './render/matches-text.ts';
import { renderTrace } from './render/trace-text.ts';
import type { SourceParts } from './sources/log-source.ts';

/** What an id can be: ours, or one that the proxy takes from a client. */
const ID = /^[\w.:-]{1,128}$/;

/** `codex-ops trace`: one request, out of everything that was written about it. */
export async function traceAction(values: OptionValues, terminal: Terminal): Promise<number> {
  const id = values.text('req-id') ?? '';
  if (!ID.test(id)) throw new UsageError('--req-id takes a request id: up to 128 letters, digits and . _ : -');
  const { stdout, stderr } = terminal;
  const warnings: string[] = [];
  const progress = createProgress(stderr);
  let [read, toRead] = [0, 0];
  const redactor = await createOperatorRedactor(terminal);
  // Whoever pastes the wrong thing is not to find it in a log.
  const shownId = redactor.text(id);
  const parts: SourceParts = {
    warn(sentence) {
      warnings.push(sentence);
      progress.clear();
      say(stderr, sentence);
    },
    redact(record) {
      const value = redactor.value(record, 'text');
      return isRecord(value) ? value : {};
    },
    onFound: (bytes) => void (toRead += bytes),
    onRead(bytes) {
      read += bytes;
      progress.show(() => `searched ${formatBytes(read)} of ${formatBytes(toRead)}`);
    },
  };
  const places = placesOf(values, terminal);
  const access = await searchAccess(id, places, parts);
  const named = access.records.filter((record) => !isOf(record, id));
  const byClient = named.length === access.records.length ? new Set(named.map((record) => textAt(record, 'request_id') ?? '')) : undefined;
  if (byClient !== undefined && byClient.size > 1) {
    progress.clear();
    const document = createMatches(shownId, named, { searched: [access.searched], warnings });
    await print(terminal, values.flag('json') ? toJson(document) : renderMatches(document, stdout.columns));
    return EXIT.done;
  }
  const [requestId = id] = byClient ?? [];
  if (requestId !== id) say(stderr, `${shownId} is the id that a client gave; its request is ${requestId}`);
  const findings = await searchOthers(requestId, access, places, parts);
  const { evidence, searched: all } = await collect(requestId, findings, places, parts);
  if (evidence.access.length > 1) parts.warn(`${evidence.access.length} terminal records have this id; the last one counts`);
  progress.clear();
  if (isEmpty(evidence)) {
    stderr.write(unknownText(shownId, all));
    return EXIT.failed;
  }
  const document = createDocument(requestId, evidence, { searched: all, warnings });
  const paint = createPaint(hasColour(stdout, terminal.environment));
  await print(terminal, values.flag('json') ? toJson(document) : renderTrace(document, { paint, columns: stdout.columns }));
  return EXIT.done;
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
    const amount = files.length === 0 ? 'nothing there' : `${files.length} ${files.length === 1 ? 'file' : 'files'}, ${formatBytes(bytes)}`;
    return `  ${source.padEnd(12)} ${printable(path)} (${amount})\n`;
  });
  return (
    `codex-ops: nothing is known of ${id}. Searched:\n${lines.join('')}` +
    'Is it the X-Request-Id of the answer, and --state-dir the folder of that proxy? The newest records are written within a second.\n'
  );
}

function toJson(document: object): string {
  // What JSON lets through, a terminal may still obey.
  return `${JSON.stringify(document, null, 2).replaceAll(/[\u007f-\u009f]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`)}\n`;
}

async function print({ stdout }: Terminal, text: string): Promise<void> {
  if (!stdout.write(text)) await stdout.drained();
}
