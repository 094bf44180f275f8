import { join } from 'node:path';
import type { OptionValues } from '../command/command.ts';
import { EXIT, UsageError } from '../errors.ts';
import { textAt } from '../json/record.ts';
import type { Redactor } from '@codex-proxy/redaction';
import { say } from '../terminal/say.ts';
import { createProgress } from '../terminal/progress.ts';
import { hasColour, type Terminal } from '../terminal/terminal.ts';
import { formatBytes } from '../text/duration.ts';
import { createPaint } from '../text/paint.ts';
import { printable } from '../text/printable.ts';
import { collect, isOf, searchAccess, searchOthers, type Places } from './collect.ts';
import { createDocument, createMatches } from './document.ts';
import type { Evidence, Searched } from './evidence.ts';
import { redactEvidence, redactRecord } from './redact-evidence.ts';
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
  // It takes a third as long as to search a gigabyte, and is not needed before something is shown.
  let redactor: Promise<Redactor> | undefined;
  const loadRedactor = async (): Promise<Redactor> => (redactor ??= importRedactor(terminal));
  if ((terminal.environment['REDACTION_RULES'] ?? '') !== '') await loadRedactor();
  // Whoever pastes the wrong thing is not to find it in a log.
  const shownId = async (): Promise<string> => (await loadRedactor()).text(id);
  const parts: SourceParts = {
    warn(sentence) {
      warnings.push(sentence);
      progress.clear();
      say(stderr, sentence);
    },
    onFound: (bytes) => void (toRead += bytes),
    meanwhile: loadRedactor,
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
    const shown = await loadRedactor();
    const matches = named.map((record) => redactRecord(shown, record));
    const document = createMatches(await shownId(), matches, { searched: [access.searched], warnings });
    await print(terminal, values.flag('json') ? toJson(document) : renderMatches(document, stdout.columns));
    return EXIT.done;
  }
  const [requestId = id] = byClient ?? [];
  if (requestId !== id) say(stderr, `${await shownId()} is the id that a client gave; its request is ${requestId}`);
  const findings = await searchOthers(requestId, access, places, parts);
  const { evidence, searched: all } = await collect(requestId, findings, places, parts);
  if (evidence.access.length > 1) parts.warn(`${evidence.access.length} terminal records have this id; the last one counts`);
  progress.clear();
  if (isEmpty(evidence)) {
    stderr.write(unknownText(await shownId(), all));
    return EXIT.failed;
  }
  const document = createDocument(requestId, redactEvidence(await loadRedactor(), evidence), { searched: all, warnings });
  const paint = createPaint(hasColour(stdout, terminal.environment));
  await print(terminal, values.flag('json') ? toJson(document) : renderTrace(document, { paint, columns: stdout.columns }));
  return EXIT.done;
}

async function importRedactor(terminal: Terminal): Promise<Redactor> {
  const { createOperatorRedactor } = await import('../redact/operator-redactor.ts');
  return createOperatorRedactor(terminal);
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
