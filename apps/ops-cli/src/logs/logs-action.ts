import { ERROR_CODES, LOG_EVENTS } from '@codex-proxy/contracts';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { OptionValues } from '../command/command.ts';
import { EXIT, UsageError } from '../errors.ts';
import { absenceOf } from '../files/absence.ts';
import { isRecord } from '../json/record.ts';
import { parseDuration } from '../parse/duration.ts';
import { createOperatorRedactor } from '../redact/operator-redactor.ts';
import { print } from '../terminal/print.ts';
import { say } from '../terminal/say.ts';
import { hasColour, type Terminal } from '../terminal/terminal.ts';
import { alternatives } from '../text/alternatives.ts';
import { similar } from '../text/nearest.ts';
import { counted } from '../text/number.ts';
import { createPaint } from '../text/paint.ts';
import { clip, printable } from '../text/printable.ts';
import { requestOfCompletion } from '../trace/completion-id.ts';
import { LogTail } from './log-tail.ts';
import { MergedRecords, type LineRecord } from './merged-records.ts';
import { createRecordFilter, isWatching } from './record-filter.ts';
import { renderRecord } from './record-text.ts';

const MOST_QUOTED = 100;
const MOST_MEANT = 3;
/** In the place of a name: prints all that there are. */
const LIST = 'list';
const POLL_MS = 100;
const LOGS = ['access', 'proto', 'usage'];

/** `codex-ops logs`: the files of the state folder, merged by time. */
export async function logsAction(values: OptionValues, terminal: Terminal): Promise<number> {
  const { stdout, stderr, environment } = terminal;
  const warn = (sentence: string): void => say(stderr, sentence);
  const isFollowing = values.flag('follow');
  const since = values.text('since');
  const sinceMs = since === undefined ? Number.NEGATIVE_INFINITY : timeOf(since, terminal.now());
  const [knownEvents, knownCodes] = [Object.keys(LOG_EVENTS), Object.keys(ERROR_CODES)];
  const listed = values.text('event') === LIST ? knownEvents : values.text('code') === LIST ? knownCodes : undefined;
  if (listed !== undefined) {
    await print(stdout, `${listed.toSorted().join('\n')}\n`);
    return EXIT.done;
  }
  const events = namesIn(values.text('event'), 'event', knownEvents);
  const codes = namesIn(values.text('code'), 'error code', knownCodes);
  const id = values.text('req-id');
  const requestIds = id === undefined ? [] : [id, ...requestOfCompletion(id)];
  const stop = isFollowing ? terminal.interruption() : undefined;
  const isStopped = (): boolean => stop?.aborted === true;

  const folder = values.text('state-dir') ?? '.codex-api';
  const paths = LOGS.filter((name) => [name, 'all'].includes(values.text('file') ?? 'all')).map((name) => join(folder, `${name}.ndjson`));
  const from = isFollowing && since === undefined ? ('end' as const) : { sinceMs };
  const tails = paths.map((path) => new LogTail({ path, warn, from }));
  for (const [index, path] of paths.entries()) {
    if (tails[index]?.isThere === false && since === undefined) warn(`${path} ${absenceOf(path)}${isFollowing ? ' yet' : ''}`);
  }
  if (!isFollowing && tails.every(({ isThere }) => !isThere)) return EXIT.failed;

  let [bad, told, leftOut] = [0, 0, 0];
  const matches = createRecordFilter({
    level: values.text('level') ?? 'trace',
    events,
    codes,
    requestIds,
    sinceMs,
    slowerThanMs: values.number('slower-than'),
  });
  const isWatchingShown = values.flag('all') || id !== undefined;
  const records = new MergedRecords(tails, {
    mayMatch: (line) => id === undefined || requestIds.some((each) => line.includes(each)),
    matches(record) {
      if (!matches(record)) return false;
      if (isWatchingShown || !isWatching(record)) return true;
      leftOut += 1;
      return false;
    },
    onBadLine: () => (bad += 1),
  });
  const redactor = await createOperatorRedactor(terminal);
  const paint = createPaint(hasColour(stdout, environment));
  const render = ({ record, line }: LineRecord): string => {
    const redacted = redactor.value(record, 'text');
    if (values.flag('json')) return redacted === record ? line : JSON.stringify(redacted);
    return renderRecord(isRecord(redacted) ? redacted : {}, { paint, columns: stdout.columns });
  };
  for (;;) {
    for await (const found of records) {
      told += 1;
      if (!stdout.write(`${render(found)}\n`)) await stdout.drained();
      if (isStopped()) break;
    }
    if (bad > 0) warn(`${bad} ${bad === 1 ? 'line is' : 'lines are'} no JSON and left out`);
    bad = 0;
    if (stop === undefined || isStopped()) break;
    await wait(POLL_MS, undefined, { signal: stop }).catch(() => undefined);
    if (isStopped()) break;
  }
  for (const tail of tails) tail.close();
  if (isFollowing) return EXIT.done;
  const shown =
    leftOut === 0 ? '' : `${counted(leftOut, 'record')} of probes and scrapes ${leftOut === 1 ? 'is' : 'are'} left out: --all shows them`;
  if (told > 0 && shown !== '') warn(shown);
  if (told === 0) warn(`no record is what was asked for${shown === '' ? '' : `; ${shown}`}`);
  return told === 0 ? EXIT.failed : EXIT.done;
}

/** A list with commas, of names that there are: one that cannot match anything is a mistake. */
function namesIn(list: string | undefined, kind: string, known: readonly string[]): readonly string[] {
  const names = (list ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return names;
  const meant = similar(unknown, known, MOST_MEANT);
  const hint = meant.length === 0 ? '' : `was ${alternatives(meant)} meant? `;
  const option = kind === 'event' ? 'event' : 'code';
  throw new UsageError(
    `no ${kind} of this version is called ${clip(printable(unknown), MOST_QUOTED)}: ${hint}codex-ops logs --${option} ${LIST} prints all`,
  );
}

function timeOf(text: string, nowMs: number): number {
  const agoMs = parseDuration(text);
  const timeMs = agoMs === undefined ? Date.parse(text) : nowMs - agoMs;
  if (Number.isNaN(timeMs)) throw new UsageError('--since takes a span of time such as 30s, 10m, 2h or 1d, or a time in ISO 8601');
  return timeMs;
}
