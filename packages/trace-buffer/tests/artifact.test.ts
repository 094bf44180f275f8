import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { traceArtifactSchema, type RpcFrame } from '@codex-proxy/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRedactor } from '@codex-proxy/redaction';
import { renderArtifact } from '../src/artifact/render-artifact.ts';
import { capture, frame, openRig, written } from './support/rig.ts';

const redactor = createRedactor();
const CANARY = ['zq', 'canary', 'word'].join('');
const KEY = ['sk', 'proj', 'a1B2c3D4'.repeat(5)].join('-');
const OWN_KEY = ['plain', 'own', 'key', 'zq9'].join('.');
const THREAD = '01a1fda5-e53b-7a80-bc49-2cda8cf8507f';

describe('an artifact', () => {
  test('holds every frame in order, and the request it belongs to', async () => {
    const rig = openRig();
    const artifact = await written(
      rig,
      capture('req_a', {
        runId: 'req_a',
        outcome: 'failed',
        frames: [
          frame({ atMs: 50, payload: { model: 'm-1', ephemeral: true } }),
          frame({ type: 'rpc_error', direction: 'from_worker', atMs: 51.25, bytes: 70, payload: { code: -32_600 } }),
          frame({ type: 'rpc_notification', direction: 'from_worker', method: 'turn/started', id: undefined, atMs: 52, payload: {} }),
          frame({
            type: 'delta_run',
            direction: 'from_worker',
            method: 'd',
            id: undefined,
            atMs: 60,
            bytes: 9,
            count: 3,
            lastAtMs: 80,
            maxGapMs: 15,
          }),
          frame({ type: 'server_request', direction: 'from_worker', method: 'ask', id: 'x-1', atMs: 81, payload: { threadId: THREAD } }),
          frame({ type: 'server_response', method: 'ask', id: 'x-1', atMs: 82, payload: { success: false } }),
          frame({ type: 'rpc_response', direction: 'from_worker', id: 2, atMs: 83 }),
        ],
      }),
    );
    expect(artifact).toEqual({
      version: 1,
      req_id: 'req_a',
      run_id: 'req_a',
      timestamp: '2026-11-21T12:00:00.000Z',
      model: 'm-1',
      outcome: 'failed',
      duration_ms: 12.5,
      truncated: false,
      events: [
        {
          type: 'rpc_request',
          direction: 'to_worker',
          method: 'turn/start',
          id: 1,
          at_ms: 0,
          bytes: 100,
          redacted: true,
          params: { model: 'm-1', ephemeral: true },
        },
        {
          type: 'rpc_error',
          direction: 'from_worker',
          method: 'turn/start',
          id: 1,
          at_ms: 1.25,
          bytes: 70,
          redacted: true,
          error: { code: -32_600 },
        },
        { type: 'rpc_notification', direction: 'from_worker', method: 'turn/started', at_ms: 2, bytes: 100, redacted: true, params: {} },
        { type: 'delta_run', direction: 'from_worker', method: 'd', count: 3, bytes: 9, first_at_ms: 10, last_at_ms: 30, max_gap_ms: 15 },
        {
          type: 'server_request',
          direction: 'from_worker',
          method: 'ask',
          id: 'x-1',
          at_ms: 31,
          bytes: 100,
          redacted: true,
          params: { threadId: THREAD },
        },
        {
          type: 'server_response',
          direction: 'to_worker',
          method: 'ask',
          id: 'x-1',
          at_ms: 32,
          bytes: 100,
          redacted: true,
          result: { success: false },
        },
        { type: 'rpc_response', direction: 'from_worker', method: 'turn/start', id: 2, at_ms: 33, bytes: 100, redacted: true },
      ],
    });
  });

  test('is a file for its owner alone, in a folder for its owner alone', async () => {
    const rig = openRig();
    await written(rig, capture('req_a'));
    expect(rig.names()).toEqual(['20261121T120000.000Z-req_a.json']);
    expect(statSync(join(rig.folder, rig.names()[0] ?? '')).mode & 0o777).toBe(0o600);
    expect(statSync(rig.folder).mode & 0o777).toBe(0o700);
  });

  test('is not made before the caller goes on', async () => {
    const rig = openRig();
    await rig.buffer.flush();
    rig.buffer.record(capture('req_a'));
    expect(rig.names()).toEqual([]);
    await rig.buffer.flush();
    expect(rig.names()).toHaveLength(1);
  });

  test.each(['req_../../escaped', '../escaped', 'run_1', ''])('is refused to a request called %j, and counted', async (requestId) => {
    const rig = openRig();
    rig.buffer.record(capture(requestId));
    await rig.buffer.flush();
    expect(rig.names()).toEqual([]);
    expect(readdirSync(join(rig.folder, '..'))).toEqual(['trace-buffer']);
    expect(rig.reports.writeErrors).toBe(1);
    expect(rig.buffer.failing).toBe(false);
  });
});

describe('what an artifact tells of content', () => {
  const hide = (text: string): string => text.replaceAll(OWN_KEY, '[redacted:key]');

  test('is its shape: no word, no secret, wherever it stood', async () => {
    const rig = openRig({ redactText: hide });
    const frames = [
      frame({
        method: `turn/${KEY}`,
        id: KEY,
        payload: {
          threadId: THREAD,
          baseInstructions: CANARY,
          input: [{ type: 'text', text: CANARY, text_elements: [] }],
          items: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: `${CANARY} again` }] }],
          dynamicTools: [
            { type: 'function', name: CANARY, description: CANARY, inputSchema: { properties: { [CANARY]: { enum: [CANARY] } } } },
          ],
          unknown: { deep: [{ er: `a sentence with ${CANARY}` }], long: CANARY.repeat(100) },
          config: { url: `https://h.example/?k=${OWN_KEY}`, [OWN_KEY]: true, api_key: CANARY },
          nested: JSON.stringify({ prompt: CANARY }),
        },
      }),
      frame({ type: 'rpc_error', payload: { code: 4, message: CANARY, data: { any: CANARY } } }),
      frame({
        type: 'rpc_notification',
        payload: {
          turn: { status: 'failed', error: { message: CANARY, additionalDetails: CANARY, codexErrorInfo: 'usageLimitExceeded' } },
        },
      }),
      frame({ type: 'rpc_response', payload: `${CANARY} ${KEY}` }),
    ];
    const artifact = await written(rig, capture('req_a', { model: OWN_KEY, frames }));
    const text = readFileSync(join(rig.folder, rig.names()[0] ?? ''), 'utf8');
    for (const secret of [CANARY, KEY, OWN_KEY]) expect(text).not.toContain(secret);
    expect(artifact.events[0]).toMatchObject({
      params: {
        threadId: THREAD,
        baseInstructions: `[redacted:content:string:${CANARY.length}]`,
        input: [{ type: 'text', text: `[redacted:content:string:${CANARY.length}]`, text_elements: [] }],
        items: [
          { type: 'message', role: 'user', content: [{ type: 'input_text', text: `[redacted:content:string:${CANARY.length + 6}]` }] },
        ],
        dynamicTools: [{ type: 'function', name: `[redacted:content:string:${CANARY.length}]`, inputSchema: '[redacted:content:object]' }],
        '[redacted:content:keys]': 2,
      },
    });
    expect(artifact.events[2]).toMatchObject({ params: { turn: { status: 'failed', error: { codexErrorInfo: 'usageLimitExceeded' } } } });
  });

  test('tells which ids are the same, not what they are, unless machines made them', async () => {
    const payload = {
      threadId: THREAD,
      items: [{ call_id: CANARY }, { call_id: `${CANARY}2`, id: `msg_${THREAD}` }],
      itemId: CANARY.repeat(30),
    };
    const frames = [frame({ payload }), frame({ payload: { callId: CANARY, turnId: '0'.repeat(40) } })];
    const { events } = await written(openRig(), capture('req_a', { frames }));
    expect(events).toMatchObject([
      {
        params: {
          threadId: THREAD,
          items: [{ call_id: '[redacted:id:1]' }, { call_id: '[redacted:id:2]', id: `msg_${THREAD}` }],
          itemId: `[redacted:content:string:${CANARY.length * 30}]`,
        },
      },
      { params: { callId: '[redacted:id:1]', turnId: '[redacted:id:3]' } },
    ]);
  });

  test('keeps the figures of the protocol, and none of a client or a model', async () => {
    const FIGURE = 86_753_090;
    const payload = {
      tokenUsage: { total: { inputTokens: 31 } },
      arguments: { code: FIGURE },
      inputSchema: { minimum: FIGURE },
      salary: FIGURE,
    };
    const [event] = (await written(openRig(), capture('req_a', { frames: [frame({ payload }), frame({ payload: FIGURE })] }))).events;
    expect(event).toMatchObject({ params: { tokenUsage: { total: { inputTokens: 31 } } } });
    expect(JSON.stringify(event)).not.toContain(String(FIGURE));
  });

  const keyOfProtocol = fc.constantFrom(
    ...[
      'type',
      'status',
      'role',
      'id',
      'threadId',
      'callId',
      'name',
      'model',
      'content',
      'item',
      'error',
      'code',
      'text',
      'codexErrorInfo',
    ],
    ...['arguments', 'inputSchema', 'title', 'data', 'config', 'source', 'summary', 'httpConnectionFailed', 'total', 'reason', 'url'],
  );
  const word = fc.string({ maxLength: 12 }).map((text) => `${text.replaceAll('"', '')}${CANARY}`);
  const { payload: anyPayload } = fc.letrec((tie) => ({
    payload: fc.oneof({ maxDepth: 6 }, word, fc.double(), fc.array(tie('payload'), { maxLength: 4 }), tie('object')),
    object: fc.dictionary(fc.oneof(keyOfProtocol, word), tie('payload'), { maxKeys: 6 }),
  }));

  test('is no word of a payload, under whatever key it stands', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyPayload, { maxLength: 5 }), async (payloads) => {
        const frames = payloads.map((payload) => frame({ payload }));
        const text = await renderArtifact(capture('req_a', { frames }), {
          redactor,
          hide: (plain) => plain,
          maxBytes: 1_048_576,
          breathe: () => undefined,
        });
        expect(text).not.toContain(CANARY);
      }),
      { numRuns: 300 },
    );
  });

  test('leaves out what is too large to be looked at, and says so', async () => {
    const rig = openRig();
    const frames = [frame({ payload: { items: Array.from({ length: 30_000 }, () => 0) } }), frame({ payload: { success: true } })];
    const artifact = await written(rig, capture('req_a', { frames }));
    expect(artifact.truncated).toBe(true);
    expect(artifact.events[0]).toMatchObject({ truncated: true, bytes: 100 });
    expect(artifact.events[0]).not.toHaveProperty('params');
    expect(artifact.events[1]).toMatchObject({ params: { success: true } });
  });
});

describe('an artifact that would be larger than it may be', () => {
  const many = (length: number): object => ({ items: Array.from({ length }, (_, code) => ({ code })) });

  test('loses its largest payloads first', async () => {
    const rig = openRig({ maxArtifactBytes: 8_192 });
    const frames = [frame({ id: 1, payload: many(200) }), frame({ id: 2, payload: many(2_000) }), frame({ id: 3, payload: many(100) })];
    const artifact = await written(rig, capture('req_a', { frames }));
    expect(artifact.truncated).toBe(true);
    expect(artifact.events.map((event) => 'truncated' in event)).toEqual([false, true, false]);
    expect(artifact.dropped_events).toBeUndefined();
  });

  test('then loses frames at the end, and says how many', async () => {
    const rig = openRig({ maxArtifactBytes: 8_192 });
    const artifact = await written(
      rig,
      capture('req_a', { frames: Array.from({ length: 500 }, (_, id) => frame({ id, payload: many(3) })) }),
    );
    expect(artifact.dropped_events).toBeGreaterThan(0);
    expect(artifact.events.length + (artifact.dropped_events ?? 0)).toBe(500);
    expect(artifact.events.map((event) => ('id' in event ? event.id : -1))).toEqual(artifact.events.map((_, index) => index));
  });

  const anyFrame: fc.Arbitrary<RpcFrame> = fc.record({
    type: fc.constantFrom('rpc_request', 'rpc_response', 'rpc_notification', 'rpc_error', 'server_request', 'server_response', 'delta_run'),
    direction: fc.constantFrom('to_worker', 'from_worker'),
    method: fc.string({ unit: 'binary', maxLength: 300 }),
    id: fc.option(fc.oneof(fc.double(), fc.integer(), fc.string({ maxLength: 300 })), { nil: undefined }),
    atMs: fc.double(),
    bytes: fc.double(),
    payload: fc.option(fc.jsonValue({ maxDepth: 6 }), { nil: undefined }),
  });

  test('is valid and within its limit, whatever the frames', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyFrame, { maxLength: 40 }),
        fc.double(),
        fc.integer({ min: 4_096, max: 20_000 }),
        async (frames, durationMs, maxBytes) => {
          const text = await renderArtifact(capture('req_a', { frames, durationMs, model: 'm\u0000"ü'.repeat(60) }), {
            redactor,
            hide: (plain) => plain,
            maxBytes,
            breathe: () => undefined,
          });
          expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxBytes);
          const artifact = traceArtifactSchema.parse(JSON.parse(text));
          expect(artifact.events.length + (artifact.dropped_events ?? 0)).toBe(frames.length);
          if (artifact.dropped_events !== undefined) expect(artifact.truncated).toBe(true);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('leaves nothing behind but itself', async () => {
    const rig = openRig({ maxArtifactBytes: 4_096 });
    await written(rig, capture('req_a', { frames: [frame({ payload: many(5_000) })] }));
    expect(rig.names()).toHaveLength(1);
    expect(existsSync(join(rig.folder, rig.names()[0] ?? ''))).toBe(true);
  });
});
