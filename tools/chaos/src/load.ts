import { z } from 'zod';
import type { Proxy } from './proxy.ts';

/** What a client saw of one streamed request. */
export interface Answer {
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** 0 when there was no answer at all. */
  readonly status: number;
  readonly text: string;
  /** Of an error, before or in the stream; `connection` when it was cut. */
  readonly error?: string | undefined;
  /** Whether the stream ended as it should: with `[DONE]`. */
  readonly done: boolean;
  readonly finish?: string | undefined;
}

const DATA = /^data: (.+)$/gm;

/** @param onBegun The head of the answer is here: the request was taken. Or there will be none. */
export async function ask(proxy: Pick<Proxy, 'url' | 'key'>, prompt: string, onBegun?: () => void): Promise<Answer> {
  const startedAtMs = performance.now();
  try {
    const response = await fetch(`${proxy.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${proxy.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'demo-codex', stream: true, messages: [{ role: 'user', content: prompt }] }),
    });
    onBegun?.();
    const body = await response.text();
    return { startedAtMs, endedAtMs: performance.now(), status: response.status, ...read(body, response.ok) };
  } catch {
    onBegun?.();
    return { startedAtMs, endedAtMs: performance.now(), status: 0, text: '', error: 'connection', done: false };
  }
}

function read(body: string, streamed: boolean): Pick<Answer, 'text' | 'error' | 'done' | 'finish'> {
  const frames = streamed ? Array.from(body.matchAll(DATA), (match) => match[1] ?? '') : [body];
  let [text, done] = ['', false];
  let error: string | undefined;
  let finish: string | undefined;
  for (const frame of frames) {
    if (frame === '[DONE]') {
      done = true;
      continue;
    }
    const { error: failure, choices } = frameSchema.parse(JSON.parse(frame));
    error = failure?.code ?? error;
    text += choices?.[0]?.delta?.content ?? '';
    finish = choices?.[0]?.finish_reason ?? finish;
  }
  return { text, error, done, finish };
}

const frameSchema = z.looseObject({
  error: z.looseObject({ code: z.string() }).optional(),
  choices: z
    .array(z.looseObject({ delta: z.looseObject({ content: z.string().optional() }).optional(), finish_reason: z.string().nullish() }))
    .optional(),
});

/** Clients that each ask again as soon as they are answered. */
export class Load {
  readonly answers: Answer[] = [];
  readonly #clients: Promise<void>[];
  #going = true;

  constructor(proxy: Pick<Proxy, 'url' | 'key'>, clients: number, prompt: string) {
    this.#clients = Array.from({ length: clients }, async () => {
      while (this.#going) this.answers.push(await ask(proxy, prompt));
    });
  }

  /** Resolves with all answers when those under way have come. */
  async stop(): Promise<readonly Answer[]> {
    this.#going = false;
    await Promise.all(this.#clients);
    return this.answers;
  }
}
