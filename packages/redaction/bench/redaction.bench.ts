import { redact as peerRedact, standardRules, stringAnonymize } from '@visulima/redact';
import { pino } from 'pino';
import { createRedactor, RULES } from '../src/index.ts';
import { parseFormat } from '../src/rules/format.ts';
import { base64Run, denseTexts, logRecord, mixedTexts, prose, proseWithTokens, repeatedTexts, signTexts } from './texts.ts';
import { microseconds, renderTable, verdictRow } from './timing.ts';

const redactor = createRedactor();
const TEXT_LENGTH = 2048;
/** So many that a processor cannot learn them by heart. */
const TEXTS = 256;
const HOSTILE_LENGTH = 10 * 1024 * 1024;

/** One expression of 87 literals that rules look for: what it costs to search for them in the plainest way. */
const LITERALS = RULES.flatMap(({ formats = [] }) => formats.map((format) => format.split(/[{(]/, 1).join(''))).filter(
  (literal) => literal.length >= 3,
);
const ALTERNATION = new RegExp(
  LITERALS.slice(0, 87)
    .map((literal) => literal.replace(/\W/g, '\\$&'))
    .join('|'),
);

/** How fast that scan was where the targets were set: on a slower machine what counts is how we stand to it. */
const SCAN_MB_S = 160;
/** A processor that others use, too, may be slow for some tenths of a second. */
const MANY_BATCHES = 200;
const FEW_BATCHES = 30;

const verdicts: string[][] = [];

const texts = measureTexts();
process.stdout.write(renderTable(texts.rows));
process.stdout.write(renderTable(recordRows(texts.scanRate)));
process.stdout.write(renderTable(hostileRows()));
process.stdout.write(renderTable([['redaction', 'measured', 'unit', 'target', 'met'], ...verdicts]));

function measureTexts(): { readonly rows: readonly (readonly string[])[]; readonly scanRate: number } {
  const records = Array.from({ length: TEXTS }, () => JSON.stringify(logRecord()));
  const texts = Array.from({ length: TEXTS }, () => prose(TEXT_LENGTH));
  const withTokens = Array.from({ length: TEXTS }, () => proseWithTokens(TEXT_LENGTH));
  const ours = (text: string): unknown => redactor.text(text);
  const peer = (text: string): unknown => stringAnonymize(text, standardRules);
  const row = (
    name: string,
    samples: readonly string[],
    call: (text: string) => unknown,
    baseline?: number,
  ): { cells: string[]; rate: number } => {
    const rate = rateOf(samples, call);
    return { cells: [name, rate.toFixed(1), baseline === undefined ? '' : `${(rate / baseline).toFixed(1)} ×`], rate };
  };
  const few = texts.slice(0, 2);
  const peerProse = row('2 KB text: @visulima/redact', few, peer);
  const peerRecords = row('JSON log record as text: @visulima/redact', records.slice(0, 16), peer);
  const scan = row('2 KB text: a scan for 87 literals, nothing more', texts, (text) => ALTERNATION.test(text));
  const plain = row('2 KB text without a hit', texts, ours, peerProse.rate);
  const json = row('JSON log record as JSON, profile log', records, (line) => redactor.json(line), peerRecords.rate);
  const asText = row('JSON log record as text', records, ours, peerRecords.rate);
  verdicts.push(
    verdictRow('2 KB text without a hit', plain.rate, 'MB/s', { op: '≥', value: 150 }),
    verdictRow('JSON log records as JSON', json.rate, 'MB/s', { op: '≥', value: 60 }),
    verdictRow('JSON log records as text', asText.rate, 'MB/s', { op: '≥', value: 60 }),
    verdictRow('2 KB text without a hit, to the scan for literals', plain.rate / scan.rate, '×', { op: '≥', value: 150 / SCAN_MB_S }),
    verdictRow('JSON log records as JSON, to the same', json.rate / scan.rate, '×', { op: '≥', value: 60 / SCAN_MB_S }),
    verdictRow('JSON log records as text, to the same', asText.rate / scan.rate, '×', { op: '≥', value: 60 / SCAN_MB_S }),
  );
  const rows = [
    ['texts', 'MB/s', 'to the peer'],
    plain.cells,
    row('2 KB text with three tokens', withTokens, ours, peerProse.rate).cells,
    peerProse.cells,
    scan.cells,
    json.cells,
    asText.cells,
    peerRecords.cells,
    row('stream of 2 KB texts in pieces of 64', texts, streamed).cells,
  ];
  return { rows, scanRate: scan.rate };
}

function streamed(text: string): unknown {
  const stream = redactor.stream();
  let length = 0;
  for (let at = 0; at < text.length; at += 64) length += stream.push(text.slice(at, at + 64)).length;
  return length + stream.end().length;
}

function rateOf(samples: readonly string[], call: (text: string) => unknown): number {
  const characters = samples.reduce((sum, sample) => sum + sample.length, 0);
  return characters / microseconds(() => samples.forEach(call), samples.length < TEXTS ? FEW_BATCHES : MANY_BATCHES);
}

/** @param scanRate Of the scan for literals, in MB/s. */
function recordRows(scanRate: number): readonly (readonly string[])[] {
  const records = Array.from({ length: 2048 }, logRecord);
  const perRecord = (write: (record: Record<string, unknown>) => unknown): number =>
    microseconds(() => records.forEach(write), MANY_BATCHES / 2) / records.length;
  const peer = (record: Record<string, unknown>): unknown => JSON.stringify(peerRedact(record, standardRules));
  const discard = { write: () => undefined };
  const paths = [
    'password',
    '*.password',
    'authorization',
    '*.authorization',
    'headers.cookie',
    '*.token',
    '*.secret',
    'apiKey',
    '*.apiKey',
  ];
  const plainPino = pino({ base: null }, discard);
  const redactingPino = pino({ base: null, redact: paths }, discard);

  const stringify = perRecord((record) => JSON.stringify(record));
  const pinoAlone = perRecord((record) => plainPino.info(record));
  const rows: readonly (readonly [string, number, number])[] = [
    ['logRecord', perRecord((record) => JSON.stringify(redactor.logRecord(record))), stringify],
    ['value, profile trace', perRecord((record) => JSON.stringify(redactor.value(record, 'trace'))), stringify],
    [`pino redact, ${paths.length} paths`, perRecord((record) => redactingPino.info(record)), pinoAlone],
    ['@visulima/redact, standard rules', microseconds(() => records.slice(0, 4).forEach(peer), 3) / 4, stringify],
  ];
  const ours = (rows[0]?.[1] ?? 0) - stringify;
  const scanned = 800 / scanRate;
  verdicts.push(
    verdictRow('a log record that differs from all others', ours, 'µs on top', { op: '≤', value: 5 }),
    verdictRow('the same, to a scan of 800 characters for literals', ours / scanned, '×', { op: '≤', value: (5 * SCAN_MB_S) / 800 }),
  );
  return [
    [`a log record of ${JSON.stringify(records[0]).length} bytes`, 'µs on top', 'to logRecord'],
    ...rows.map(([name, total, alone]) => [name, (total - alone).toFixed(2), `${((total - alone) / ours).toFixed(1)} ×`]),
    ['JSON.stringify alone', stringify.toFixed(2), ''],
  ];
}

function hostileRows(): readonly (readonly string[])[] {
  const perCharacter = (text: string): number => (microseconds(() => redactor.text(text), 2) * 1000) / text.length;
  const [proseText, recordText] = [prose(HOSTILE_LENGTH), recordLines(HOSTILE_LENGTH)];
  let [plain, records] = [Infinity, Infinity];
  // Others use the machine as well: what all is compared with is measured between the others, and the best counts.
  const measurePlain = (): void => {
    plain = Math.min(plain, perCharacter(proseText));
    records = Math.min(records, perCharacter(recordText));
  };
  measurePlain();
  const literals = RULES.flatMap((rule) => [
    ...(rule.pattern?.literals ?? []),
    ...(rule.formats ?? []).flatMap((format) => parseFormat(format).literals),
  ]);
  const cost = ([name, make]: readonly [string, () => string]): Cost => [name, perCharacter(make())];
  const repeated = repeatedTexts(HOSTILE_LENGTH).map(([part, text]): Cost => [JSON.stringify(part), perCharacter(text)]);
  const run: Cost = ['base64: one run', perCharacter(base64Run(HOSTILE_LENGTH))];
  measurePlain();
  const mixed = mixedTexts(HOSTILE_LENGTH, literals).map(cost);
  measurePlain();
  const signs = signTexts(HOSTILE_LENGTH).map(cost);
  const dense = denseTexts(HOSTILE_LENGTH).map(([family, name, make]) => cost([`${family}: ${name}`, make]));
  measurePlain();
  const verdict = (what: string, costs: readonly Cost[], [unit, base]: readonly [string, number] = ['× prose', plain]): void => {
    const [name, each] = costs.reduce((one, other) => (other[1] > one[1] ? other : one));
    const slowest = costs.length > 1 ? `, the slowest: ${name.replace(/^\w+: /, '')}` : '';
    verdicts.push(verdictRow(`10 MB ${what}${slowest}`, each / base, unit, { op: '≤', value: 1 }));
  };
  const ofFamily = (family: string): readonly Cost[] => [...dense, run].filter(([name]) => name.startsWith(`${family}: `));
  verdict('that repeat themselves', repeated);
  const middle = mixed.map(([, each]) => each / plain).sort((one, other) => one - other)[mixed.length >> 1] ?? 0;
  verdicts.push(verdictRow(`10 MB of literals mixed at random, the median of ${mixed.length}`, middle, '× prose', { op: '≤', value: 1 }));
  verdict('of literals mixed at random', mixed);
  verdict('of signs mixed at random', signs);
  verdict('of one base64 run', [run]);
  // A plain text is a log record: that is what is redacted here. What repeats itself or is thrown together need not even take what prose does.
  for (const family of ['base64', 'letters', 'noise', 'numbers', 'structures', 'tokens', 'commands', 'finds'])
    verdict(`of ${family}`, ofFamily(family), ['× log records', records]);
  return [
    ['10 MB of', 'ns a character', 'to prose', 'to log records'],
    ...[['prose', plain] as const, ['log records', records] as const, ...repeated, run, ...mixed, ...signs, ...dense].map(
      ([name, each]) => [name, each.toFixed(2), `${(each / plain).toFixed(1)} ×`, `${(each / records).toFixed(1)} ×`],
    ),
  ];
}

type Cost = readonly [name: string, nanoseconds: number];

/** Log records, one a line. */
function recordLines(length: number): string {
  const lines: string[] = [];
  for (let size = 0; size < length; size += lines.at(-1)?.length ?? 0) lines.push(JSON.stringify(logRecord()));
  return Buffer.from(lines.join('\n')).toString();
}
