import { setTimeout as delay } from 'node:timers/promises';
import type { Front } from '../front/front.ts';
import type { Errand } from './client.ts';

const CHAT = '/v1/chat/completions';
const TOOL = { type: 'function', function: { name: 'look', parameters: { type: 'object', properties: {} } } };

function ask(front: Front, model: string, rest: object, signal?: AbortSignal): Promise<Response> {
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello there, how are you?' }], ...rest });
  return send(front, CHAT, { method: 'POST', body, signal: signal ?? null });
}

async function send(front: Front, path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${front.url}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${front.apiKey}`, 'content-type': 'application/json' },
  });
}

async function status(response: Response, expected: number): Promise<string | undefined> {
  const body = await response.text();
  return response.status === expected ? undefined : `${String(response.status)} ${body.slice(0, 200)}`;
}

/** All that clients, and those who watch, do at once. */
export function mixedErrands(model: string): readonly Errand[] {
  return [
    {
      what: 'streamed turns',
      clients: 6,
      pauseMs: 20,
      run: async (front) => {
        const text = await (await ask(front, model, { stream: true, stream_options: { include_usage: true } })).text();
        return text.endsWith('data: [DONE]\n\n') && !text.includes('"error"') ? undefined : text.slice(-200);
      },
    },
    { what: 'whole turns', clients: 2, pauseMs: 20, run: async (front) => status(await ask(front, model, {}), 200) },
    { what: 'turns with tools', clients: 1, pauseMs: 50, run: async (front) => status(await ask(front, model, { tools: [TOOL] }), 200) },
    {
      what: 'turns left in the middle',
      clients: 2,
      pauseMs: 50,
      run: async (front) => {
        const leave = new AbortController();
        const response = await ask(front, model, { stream: true }, leave.signal);
        const reader = response.body?.getReader();
        await reader?.read();
        leave.abort();
        return response.status === 200 ? undefined : String(response.status);
      },
    },
    { what: 'refused requests', clients: 1, pauseMs: 20, run: async (front) => status(await ask(front, 'no-such-model', {}), 404) },
    {
      what: 'scrapes, probes and runs',
      clients: 1,
      pauseMs: 1_000,
      run: async (front) => {
        const answers = await Promise.all(
          ['/metrics', '/readyz', '/livez', '/v1/models', '/api/runs?limit=100'].map((path) => send(front, path)),
        );
        const wrong = await Promise.all(answers.map(async (answer) => status(answer, 200)));
        return wrong.find((found) => found !== undefined);
      },
    },
    {
      what: 'tails of runs',
      clients: 1,
      pauseMs: 200,
      run: async (front) => {
        const response = await ask(front, model, { stream: true });
        const id = response.headers.get('x-request-id') ?? '';
        await Promise.all([response.text(), delay(10)]);
        return status(await send(front, `/api/runs/${id}`), 200).then(async (wrong) => (wrong === undefined ? wrong : later(front, id)));
      },
    },
  ];
}

/** A run is written a moment after its answer; under load it may be shed, which is told by the drop counter, not here. */
async function later(front: Front, id: string): Promise<string | undefined> {
  await delay(1_000);
  return status(await send(front, `/api/runs/${id}`), 200);
}
