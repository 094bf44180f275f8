import { errorEnvelope, type RunEvent } from '@codex-proxy/contracts';
import type { RequestListener } from 'node:http';
import { describe, expect, it } from 'vitest';
import { readAddress } from '../../src/proxy-client/address.ts';
import { createProxyClient } from '../../src/proxy-client/proxy-client.ts';
import { followRun, type FollowOptions } from '../../src/runs/follow-run.ts';
import { startServer } from '../support/http-server.ts';

const RUN = 'req_1';
const event = (id: number): RunEvent => ({
  id,
  run_id: RUN,
  type: 'note',
  created_at: '2026-11-21T02:10:03.194Z',
  correlation_id: null,
  source: 'proxy',
  level: 'info',
  payload: {},
  truncated: false,
});
const summary = {
  run_id: RUN,
  status: 'completed',
  model: 'm',
  route: '/v1/chat/completions',
  started_at: '2026-11-21T02:10:03.194Z',
  ended_at: '2026-11-21T02:10:04.194Z',
  latest_event_at: null,
  event_count: 4,
  tokens_prompt: 1,
  tokens_response: 1,
  error_code: null,
};
const frame = (id: number): string => `event: run_event\nid: ${id}\ndata: ${JSON.stringify(event(id))}\n\n`;
const END = `event: run_end\ndata: ${JSON.stringify(summary)}\n\n`;

interface Followed {
  readonly ids: number[];
  readonly said: string[];
  readonly result: ReturnType<typeof followRun>;
}

async function follow(listener: RequestListener, options: Partial<FollowOptions> = {}): Promise<Followed> {
  const client = createProxyClient(readAddress(await startServer(listener)), { get: () => undefined, unread: undefined });
  const ids: number[] = [];
  const said: string[] = [];
  const result = followRun(client, RUN, {
    types: [],
    signal: new AbortController().signal,
    tell: ({ id }) => Promise.resolve(void ids.push(id)),
    say: (sentence) => void said.push(sentence),
    ...options,
  });
  return { ids, said, result };
}

describe('a run that is followed', () => {
  it('goes on behind the last event, wherever the connection breaks off, without loss or doubles', async () => {
    const asked: (string | undefined)[] = [];
    const { ids, said, result } = await follow((request, response) => {
      const lastId = Number(request.headers['last-event-id'] ?? 0);
      asked.push(request.headers['last-event-id']?.toString());
      const isLast = asked.length === 5;
      if (asked.length === 3) return void response.writeHead(503).end(JSON.stringify(errorEnvelope('shutting_down', 'It stops.')));
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const rest = [1, 2, 3, 4, 5].filter((id) => id > lastId).map(frame);
      if (isLast) return void response.end(`${rest.join('')}${END}`);
      // One event, and another that does not come to its end.
      const text = `${rest[0] ?? ''}${rest[1]?.slice(0, 20) ?? ''}`;
      response.write(text, () => (asked.length === 2 ? response.end() : response.destroy()));
    });
    expect(await result).toEqual(summary);
    expect(ids).toEqual([1, 2, 3, 4, 5]);
    expect(asked).toEqual([undefined, '1', '2', '2', '3']);
    expect(said).toContain('the proxy refused: It stops (HTTP 503 shutting_down); trying again');
  });

  it('that does not exist is an error', async () => {
    const { result } = await follow(
      (_request, response) => void response.writeHead(404).end(JSON.stringify(errorEnvelope('not_found', 'there is no run req_1'))),
    );
    await expect(result).rejects.toMatchObject({ failure: 'rejected', errorCode: 'not_found' });
  });

  it('is not waited for after Ctrl-C', async () => {
    const stop = new AbortController();
    const told: number[] = [];
    const { result } = await follow(
      (_request, response) => void response.writeHead(200, { 'content-type': 'text/event-stream' }).write(frame(1)),
      {
        signal: stop.signal,
        tell: ({ id }) => {
          told.push(id);
          stop.abort();
          return Promise.resolve();
        },
      },
    );
    expect(await result).toBeUndefined();
    expect(told).toEqual([1]);
  });

  it('asks for its types', async () => {
    let url = '';
    const { result } = await follow(
      (request, response) => {
        url = request.url ?? '';
        response.writeHead(200, { 'content-type': 'text/event-stream' }).end(END);
      },
      { types: ['note', 'error'] },
    );
    await result;
    expect(url).toBe('/api/runs/req_1/events?types=note%2Cerror');
  });
});
