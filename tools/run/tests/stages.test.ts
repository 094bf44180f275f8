import { runStages, type Stage } from '@codex-proxy/run';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { alertRules } from '../src/stages/alert-rules.ts';
import { sbom } from '../src/stages/sbom.ts';

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

test('a bill of materials of what is not installed as it should be is refused, with the reasons of npm', async () => {
  const root = mkdtempSync(join(tmpdir(), 'run-stages-'));
  const said: string[] = [];
  try {
    writeFileSync(join(root, 'package.json'), JSON.stringify({ name: 'unsound', version: '1.0.0', dependencies: { absent: '1.0.0' } }));
    const here = { ...context, root, env: process.env, output: 'live', say: (line: string) => said.push(line) } as const;
    expect(await sbom(here, [])).toEqual({ tally: { passed: 0, failed: 1, skipped: 0 }, output: '' });
    expect(said).toEqual([
      expect.stringMatching(/^sbom: npm can make no bill of materials of what is installed here; .*npm ci/),
      expect.stringContaining('missing: absent@1.0.0'),
    ]);
  } finally {
    rmSync(root, { recursive: true });
  }
});

test('alert rules are skipped, with a word why, where promtool is not and cannot be had', async () => {
  const root = mkdtempSync(join(tmpdir(), 'run-stages-'));
  const said: string[] = [];
  try {
    const here = { ...context, root, env: { PATH: '' }, output: 'captured', say: (line: string) => said.push(line) } as const;
    expect(await alertRules(here, [])).toEqual({ tally: { passed: 0, failed: 0, skipped: 1 }, output: '' });
    expect(said.join()).toContain('promtool is missing');
  } finally {
    rmSync(root, { recursive: true });
  }
});
