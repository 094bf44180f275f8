import { runStages, type Stage } from '@codex-proxy/run';
import { expect, test } from 'vitest';

const passing: Stage = () => Promise.resolve({ tally: { passed: 2, failed: 0, skipped: 0 }, output: 'quiet\n' });
const failing: Stage = () => Promise.resolve({ tally: { passed: 1, failed: 1, skipped: 0 }, output: 'loud\n' });
const context = { root: '/', env: {}, signal: new AbortController().signal, say: () => {} };

function recorded(): { print: (text: string) => void; text: () => string } {
  let printed = '';
  return { print: (text) => void (printed += text), text: () => printed.replace(/ +\d+\.\d s/g, ' TIME') };
}

test('stages run after one of them failed; only what failed is printed whole', async () => {
  const { print, text } = recorded();
  expect(await runStages({ first: passing, second: failing, third: passing }, context, print)).toEqual({
    passed: 5,
    failed: 1,
    skipped: 0,
  });
  expect(text().split('\n')).toEqual([
    'ok    first TIME   2 passed, 0 failed',
    'loud',
    'FAIL  second TIME   1 passed, 1 failed',
    'ok    third TIME   2 passed, 0 failed',
    '',
  ]);
});

test('a signal ends the run after the stage that it hit', async () => {
  const stop = new AbortController();
  const interrupted: Stage = (given) => {
    stop.abort();
    return failing(given, []);
  };
  const { print, text } = recorded();
  await runStages({ first: interrupted, second: passing }, { ...context, signal: stop.signal }, print);
  expect(text()).not.toContain('second');
});
