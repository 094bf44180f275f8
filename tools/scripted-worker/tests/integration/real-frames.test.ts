import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startDemoProvider } from '@codex-proxy/demo-provider';
import { afterAll, expect, test } from 'vitest';
import { writeScriptedWorker } from '../../src/index.ts';
import { LineClient, type Frame } from '../rig/line-client.ts';

const folder = mkdtempSync(join(tmpdir(), 'real-frames-'));

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function codexBinary(): string {
  const launcher = createRequire(import.meta.url).resolve('@openai/codex/package.json');
  const platform = createRequire(launcher).resolve(`@openai/codex-${process.platform}-${process.arch}/package.json`);
  const vendor = join(dirname(platform), 'vendor');
  const binary = readdirSync(vendor).map((target) => join(vendor, target, 'bin', 'codex'));
  return binary.find((path) => existsSync(path)) ?? '';
}

/** Every key with its path, in order; of lists, those of the first entry. */
function keys(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return keys(value[0], `${path}[]`);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [`${path}.${key}`, ...keys(inner, `${path}.${key}`)]);
}

/** Frames by what they are: a notification's method, or an answer's place. */
async function frames(client: LineClient, model: string): Promise<Map<string, Frame>> {
  const threadId = await client.startTurn('hi', model);
  await client.turnEnd();
  await client.request('thread/unsubscribe', { threadId });
  client.closeInput();
  await client.exited;
  const found = new Map<string, Frame>();
  for (const frame of client.frames) {
    const isMessage = JSON.stringify(frame.params ?? '').includes('"agentMessage"') || frame.method !== 'item/completed';
    if (isMessage) found.set(typeof frame.method === 'string' ? frame.method : `answer ${String(frame.id)}`, frame);
  }
  return found;
}

/** The frames of a call that the model makes. */
async function callFrames(client: LineClient, model: string): Promise<Map<string, Frame>> {
  const look = { type: 'function', name: 'look', description: '', inputSchema: { type: 'object', properties: {} } };
  const threadId = await client.startTurn('hi', model, { dynamicTools: [look], experimentalRawEvents: true });
  await client.waitFor((frame) => frame.method === 'item/tool/call');
  await client.waitFor((frame) => frame.method === 'rawResponse/completed');
  await client.request('turn/interrupt', { threadId, turnId: turnOf(client) });
  await client.turnEnd();
  client.closeInput();
  await client.exited;
  const ofCall = client.frames.filter(
    (frame) =>
      frame.method === 'item/tool/call' ||
      frame.method === 'rawResponse/completed' ||
      (frame.method === 'rawResponseItem/completed' && JSON.stringify(frame).includes('"function_call"')),
  );
  return new Map(ofCall.map((frame) => [String(frame.method), frame]));
}

function turnOf(client: LineClient): string {
  return /"turnId":"([\w-]+)"/.exec(client.raw.findLast((line) => line.includes('item/tool/call')) ?? '')?.[1] ?? '';
}

function realWorker(baseUrl: string): LineClient {
  const settings = [
    'model_provider="demo"',
    `model_providers.demo={name="demo",base_url="${baseUrl}",wire_api="responses"}`,
    'features.plugins=false',
  ];
  const flags = settings.flatMap((setting) => ['-c', setting]);
  return new LineClient(codexBinary(), ['app-server', ...flags], { HOME: folder, CODEX_HOME: folder });
}

function expectLike(real: Map<string, Frame>, scripted: Map<string, Frame>): void {
  for (const [name, frame] of scripted) {
    const realKeys = keys(real.get(name));
    const scriptedKeys = keys(frame);
    expect(realKeys, name).toEqual(expect.arrayContaining(scriptedKeys));
    expect(
      realKeys.filter((key) => scriptedKeys.includes(key)),
      name,
    ).toEqual(scriptedKeys);
  }
}

test('every frame has keys that the real worker sends, in its order', async () => {
  const provider = await startDemoProvider({ firstTokenMs: 0, interTokenMs: 0 });
  const real = await frames(realWorker(provider.baseUrl), 'demo-codex');
  await provider.close();
  const scripted = await frames(new LineClient(await writeScriptedWorker(join(folder, 'scripted')), ['app-server']), 'scripted-model');
  expect(scripted.size).toBeGreaterThan(7);
  expectLike(real, scripted);
});

test('so has every frame of a call', async () => {
  const provider = await startDemoProvider({ script: () => ({ deltas: ['x'], functionCalls: [{ name: 'look', arguments: '{"at":1}' }] }) });
  const real = await callFrames(realWorker(provider.baseUrl), 'demo-codex');
  await provider.close();
  const toolCalls = [{ tool: 'look', callId: 'call_1', arguments: '{"at":1}' }];
  const worker = await writeScriptedWorker(join(folder, 'calling'), { deltas: ['x'], toolCalls });
  const scripted = await callFrames(new LineClient(worker, ['app-server']), 'scripted-model');
  expect([...scripted.keys()]).toEqual(['rawResponseItem/completed', 'rawResponse/completed', 'item/tool/call']);
  expectLike(real, scripted);
});
