import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeScriptedWorker } from '@codex-proxy/scripted-worker';
import type { BenchmarkContext } from '../../src/benchmark.ts';
import type { Front } from '../../src/front/front.ts';
import { startProxyFront } from '../../src/front/proxy-front.ts';
import { startSketchFront } from '../../src/front/sketch-front.ts';
import { probe } from '../../src/load/probe.ts';
import { childWithArgument, memoryOf } from '../../src/process/proc.ts';
import { Children } from '../../src/process/children.ts';

const MODEL = 'demo-codex';
const DELTAS = ['Größe ', '1', '0', '0', '0', '0 €\n', '👋🏽', ' "quoted" \\ '];
const USAGE = { inputTokens: 12, cachedInputTokens: 4, outputTokens: 8, reasoningOutputTokens: 2 };

const folder = mkdtempSync(join(tmpdir(), 'bench-sketch-'));
const children = new Children();
const context: BenchmarkContext = {
  options: { profile: false, repetitions: 1, proxyNodeOptions: [] },
  root: resolve(import.meta.dirname, '../../../..'),
  folder,
  children,
  say: () => {},
  outputFd: 1,
};
let [ours, sketch]: Front[] = [];

beforeAll(async () => {
  const codexBin = await writeScriptedWorker(join(folder, 'worker'), { deltas: DELTAS, usage: USAGE, models: [MODEL] });
  ours = await startProxyFront(context, { name: 'ours', codexBin, model: MODEL });
  sketch = await startSketchFront(context, { name: 'sketch', codexBin });
});

afterAll(async () => {
  await children.stopAll();
  rmSync(folder, { recursive: true, force: true });
});

/** Ids and times differ from one answer to the next. */
function alike(objects: readonly unknown[]): unknown[] {
  return objects.map((object) => ({ ...(object as object), id: 'id', created: 0 }));
}

describe.each([false, true])('the sketch and ours give the same answer, stream: %s', (stream) => {
  const body = { model: MODEL, stream, messages: [{ role: 'user', content: 'Hello!' }] };

  test('in every object', async () => {
    const [fromOurs, fromSketch] = [await probe(ours!, body), await probe(sketch!, body)];
    expect(alike(fromSketch.objects)).toEqual(alike(fromOurs.objects));
  });

  test('with the text of the worker', async () => {
    const answer = await probe(sketch!, body);
    expect(answer.text).toBe(DELTAS.join(''));
    expect(answer.deltas).toBe(stream ? DELTAS.length : 1);
    expect(answer.bytes).toBeGreaterThan(Buffer.byteLength(answer.text));
  });
});

test('an answer with an error is no answer to measure', async () => {
  await expect(probe({ ...sketch!, apiKey: 'wrong' }, { model: MODEL, messages: [] })).rejects.toThrow('status 401');
});

test('memory and the worker of a front are found', () => {
  const { resident, peak } = memoryOf(ours!.pid);
  expect(resident).toBeGreaterThan(1e6);
  expect(peak).toBeGreaterThanOrEqual(resident);
  for (const front of [ours!, sketch!]) expect(childWithArgument(front.pid, 'app-server')).toBeGreaterThan(0);
});
