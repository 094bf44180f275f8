import fc from 'fast-check';
import { symlinkSync, writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isFolder, walk } from '../src/files/walk.ts';
import { renderRecord } from '../src/logs/record-text.ts';
import { eventText } from '../src/runs/event-text.ts';
import { runsText } from '../src/runs/runs-text.ts';
import { say } from '../src/terminal/say.ts';
import { alternatives } from '../src/text/alternatives.ts';
import { definition } from '../src/text/definition.ts';
import { similar } from '../src/text/nearest.ts';
import { formatWait } from '../src/text/number.ts';
import { createPaint } from '../src/text/paint.ts';
import { hang } from '../src/text/wrap.ts';
import { temporaryFolder } from './support/folder.ts';
import { accessRecord } from './support/records.ts';
import { createTerminal } from './support/terminal.ts';

const ID = 'req_0123456789abcdefghijklmn';
const paint = createPaint(false);

describe('names like one that is not known', () => {
  const known = ['worker_exited', 'worker_started', 'request_completed', 'log_sink_failed'];

  it('are those that were nearly typed, else those that share a part with it', () => {
    expect(similar('worker_exitd', known, 3)).toEqual(['worker_exited']);
    expect(similar('exited_worker', known, 3)).toEqual(['worker_exited', 'worker_started']);
    expect(similar('sink', known, 3)).toEqual(['log_sink_failed']);
    expect(similar('nope', known, 3)).toEqual([]);
    expect(similar('worker', known, 1)).toHaveLength(1);
  });

  it('are told as a choice', () => {
    expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(alternatives)).toEqual(['', 'a', 'a or b', 'a, b or c']);
  });
});

it('a meaning stands beside its term, and below it where there is no room', () => {
  expect(definition('--a <N>', 12, 'one two', 80)).toEqual(['  --a <N>   one two']);
  expect(definition('--a <N>', 12, 'one two', 40)).toEqual(['  --a <N>', '      one two']);
});

describe('a paragraph', () => {
  it('is broken between words, and loses none', () => {
    const words = fc.array(fc.stringMatching(/^[a-z0-9]{1,12}$/), { minLength: 1 });
    fc.assert(
      fc.property(words, fc.integer({ min: 20, max: 100 }), (list, width) => {
        const text = list.join(' ');
        const lines = hang('> ', text, width);
        expect(lines.map((line) => line.slice(2)).join(' ')).toBe(text);
      }),
    );
  });

  it('keeps a number with its unit', () => {
    expect(hang('', 'a step that took (6.0 ms)', 24)).toEqual(['a step that took', '(6.0 ms)']);
    expect(hang('', 'the first 5 steps', 13)).toEqual(['the first 5', 'steps']);
  });
});

it.each([
  [299.7, '5 min'],
  [299, '5 min'],
  [241, '4 min'],
  [89, '89 s'],
  [0.2, '0 s'],
])('what comes in %d s comes in %s', (seconds, text) => expect(formatWait(seconds)).toBe(text));

describe('a record in a narrow terminal', () => {
  const failed = accessRecord(ID, { status: 400, outcome: 'refused', error_code: 'context_length_exceeded', bytes: 12 });

  it.each([60, 80, 100])('shows how a request ended, and which, at %i columns', (columns) => {
    const text = renderRecord(failed, { paint, columns });
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
    expect(text.replaceAll(/\s+/g, ' ')).toContain(`${ID} 400 refused 100 ms context_length_exceeded POST /v1/chat/completions`);
  });

  it('takes one line where all is well', () => {
    expect(renderRecord(accessRecord(ID), { paint, columns: 80 })).toBe(`02:10:03 I ${ID} 200 100 ms POST /v1/chat/completions`);
  });
});

describe('runs in a narrow terminal', () => {
  const run = {
    run_id: ID,
    status: 'failed',
    model: 'demo-codex',
    route: '/v1/chat/completions',
    started_at: '2026-11-21T02:10:03.000Z',
    ended_at: '2026-11-21T02:10:04.000Z',
    latest_event_at: null,
    event_count: 3,
    tokens_prompt: null,
    tokens_response: null,
    error_code: 'context_length_exceeded',
  } as const;
  const nowMs = Date.parse('2026-11-21T02:15:03.000Z');

  it.each([55, 60, 80, 120, 200])('say why they failed, at %i columns', (width) => {
    const text = runsText([run, { ...run, status: 'completed', error_code: null }], { paint, width, nowMs });
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(width);
    expect(text).toContain('context_length_exceeded');
    expect(text).toContain('completed');
  });

  it('have events of which what went wrong is not cut', () => {
    const event = {
      id: 5,
      run_id: ID,
      type: 'error',
      created_at: run.started_at,
      correlation_id: null,
      source: 'worker',
      level: 'error',
      payload: { name: 'TurnFailed', message: 'responseTooManyFailedAttempts:429', code: 'provider_rate_limited' },
      truncated: false,
    } as const;
    const text = eventText(event, { paint, columns: 60 });
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(60);
    expect(text).toContain('code=provider_rate_limited');
    expect(eventText(event, { paint, columns: undefined }).trimEnd().split('\n')).toHaveLength(1);
  });
});

it('a sentence of the program is wrapped on a terminal alone, and obeys nothing that it quotes', () => {
  const sentence = 'nothing listens at http://127.0.0.1:1: is the proxy up, and \u001b[2J its address?';
  const [terminal, file] = [createTerminal({ isTTY: true, columns: 40 }), createTerminal()];
  say(terminal.stderr, sentence);
  say(file.stderr, sentence);
  const whole = String.raw`codex-ops: nothing listens at http://127.0.0.1:1: is the proxy up, and \u001b[2J its address?`;
  expect(file.printed.err).toBe(`${whole}\n`);
  expect(terminal.printed.err.trimEnd().replaceAll('\n', ' ')).toBe(whole);
  expect(Math.max(...terminal.printed.err.split('\n').map((line) => line.length))).toBeLessThanOrEqual(40);
});

it('a folder behind a link is one, and links in it are not followed', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'state'));
  writeFileSync(join(folder, 'state', 'a'), 'a');
  symlinkSync(folder, join(folder, 'state', 'up'));
  symlinkSync(join(folder, 'state'), join(folder, 'link'));
  expect([isFolder(join(folder, 'link')), isFolder(join(folder, 'state', 'a')), isFolder(join(folder, 'none'))]).toEqual([
    true,
    false,
    false,
  ]);
  expect([...walk(join(folder, 'link'))].map(({ path }) => path.slice(folder.length + 1)).toSorted()).toEqual([
    'link',
    'link/a',
    'link/up',
  ]);
});
