import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { logRecord, prose } from '../bench/texts.ts';
import { createDetectors } from '../src/find/detectors.ts';
import { createKeyPolicy } from '../src/keys/key-policy.ts';
import { BUDGET } from '../src/scan/budget.ts';
import type { Detector } from '../src/scan/detector.ts';
import { startScan } from '../src/scan/scan-state.ts';
import { createScanner } from '../src/scan/scanner.ts';
import { createExamples } from './examples.ts';

const REPOSITORY = join(import.meta.dirname, '../../..');
const detectors = createDetectors({ keys: createKeyPolicy(), rules: [], personal: 'all' });
const unbounded = createScanner(detectors, { ...BUDGET, allowance: Number.MAX_SAFE_INTEGER });
const random = createExamples(5);

function filesIn(folder: string, extension: string): string {
  return readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(extension))
    .map((name) => readFileSync(join(REPOSITORY, folder, name), 'utf8'))
    .join('\n');
}

function lines(count: number, line: () => string): string {
  return Array.from({ length: count }, line).join('\n');
}

/** What a long text spends on a character. */
function spent(text: string): number {
  const state = startScan();
  unbounded.advance(text, state, true);
  return state.paid / (state.account + text.length);
}

/** After how many characters a text is cut that spends so much on each. */
function cutAfter(text: string): number {
  const spentOnEach = spent(text);
  return spentOnEach <= BUDGET.income ? Infinity : BUDGET.allowance / (spentOnEach - BUDGET.firstIncome);
}

const ids = (): string => random.pick('a-f0-9', 12);

it.each([
  ['prose', () => prose(400_000)],
  ['log records', () => lines(600, () => JSON.stringify(logRecord()))],
  ['source', () => filesIn('packages/worker/src', '.ts')],
  ['dashboards and alerts', () => filesIn('docs/app-server-migration', '.json') + filesIn('docs/app-server-migration', '.yaml')],
  ['a lock file', () => readFileSync(join(REPOSITORY, 'package-lock.json'), 'utf8').slice(0, 600_000)],
])('%s may be as long as it likes: it spends less than it earns', (_, make) => {
  expect(cutAfter(make())).toBe(Infinity);
});

it.each([
  ['documentation', () => filesIn('docs', '.md')],
  ['one secret in each log record', () => lines(600, () => JSON.stringify({ ...logRecord(), password: random.pick('A-Za-z0-9', 16) }))],
  [
    'access logs',
    () =>
      lines(
        2_000,
        () =>
          `10.0.${String(random.index(250))}.7 - - [22/Nov/2026:10:11:12 +0000] "GET /${ids()}?page=3 HTTP/1.1" 200 5123 "-" "curl/8.5"`,
      ),
  ],
  [
    'key=value logs',
    () => lines(2_000, () => `ts=2026-11-22T10:11:12Z level=info msg="request done" user_id=${ids()} status=200 took=12ms`),
  ],
  ['a table of numbers', () => lines(6_000, () => Array.from({ length: 8 }, () => String(random.index(99_999) / 100)).join(','))],
  ['YAML', () => filesIn('docs/app-server-migration', '.yaml')],
  ['rows of tabs', () => lines(4_000, () => [ids(), 'worker', '2026-11-22T10:11:12Z', String(random.index(99_999)), 'ready'].join('\t'))],
])('megabytes of %s in one string pass', (_, make) => {
  expect(cutAfter(make())).toBeGreaterThan(3 * 1024 * 1024);
});

it.each([
  ['secrets', () => lines(3_000, () => `DB_PASSWORD=${random.pick('A-Za-z0-9', 16)}`)],
  ['the beginnings of tokens in turns', () => lines(3_000, () => ['ghp_', 'xoxb-', 'sk_live_', 'glpat-'][random.index(4)] ?? '')],
  ['keys without values', () => lines(3_000, () => `password: ${random.pick('a-z', 3)}`)],
])('nothing but %s spends more than it earns, and is not cut at once', (_, make) => {
  const text = make();
  expect(cutAfter(text)).toBeLessThan(10 * 1024 * 1024);
  expect(cutAfter(text)).toBeGreaterThan(100_000);
});

it('a find costs what is gone over again before it', () => {
  const share = (repeated: number, text: string): number => {
    const state = startScan();
    createScanner(detectors, { ...BUDGET, allowance: Number.MAX_SAFE_INTEGER, repeated }).advance(text, state, true);
    return state.paid / (state.account + text.length);
  };
  const token = (): string => ['glpat', random.pick('A-Za-z0-9', 24)].join('-');
  const among = (line: () => string): string => lines(60, () => `${lines(20, line)}\n${token()}`);
  const dense = among(() => `- ${random.pick('a-z', 6)}Key: [${random.pick('a-z', 4)}], "value": default`);
  const plain = among(() => prose(100));
  expect(share(BUDGET.repeated, dense)).toBeGreaterThan(share(Infinity, dense) * 1.8);
  expect(share(BUDGET.repeated, plain)).toBeLessThan(BUDGET.income);
});

it('what weighs the text before a literal is told where the literal begins, whichever of its pairs is looked for', () => {
  const literal = 'xi-quartz';
  const places: number[] = [];
  const detector: Detector = {
    triggers: [{ literal, ignoreCase: false }],
    startsWord: false,
    effort: { closer: (_, at) => places.push(at) },
    find: () => undefined,
  };
  const text = prose(BUDGET.unwatched) + `one ${literal} two ${literal}. `.repeat(3) + prose(BUDGET.unwatched);
  createScanner([detector], BUDGET).redact(text);
  expect(places).toEqual([...text.matchAll(/xi-quartz/g)].map(({ index }) => index));
});
