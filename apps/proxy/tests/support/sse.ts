import { expect } from 'vitest';

export interface Chunk {
  readonly id: string;
  readonly created: number;
  readonly model: string;
  readonly choices: readonly {
    readonly delta: { readonly role?: string; readonly content?: string; readonly tool_calls?: readonly unknown[] };
    readonly finish_reason: string | null;
  }[];
  readonly usage?: unknown;
}

export interface Events {
  readonly chunks: readonly Chunk[];
  readonly error?: unknown;
  readonly done: boolean;
  readonly comments: number;
}

/** Reads a whole stream; fails on what is neither an event nor a comment, and on anything after the end. */
export function readEvents(body: string): Events {
  const chunks: Chunk[] = [];
  let error: unknown;
  let done = false;
  let comments = 0;
  const events = body.split('\n\n');
  expect(events.pop(), 'after the last event').toBe('');
  for (const event of events) {
    expect(done, 'after [DONE]').toBe(false);
    if (event.startsWith(':')) comments += 1;
    else if (event === 'data: [DONE]') done = true;
    else {
      expect(event.startsWith('data: ') && !event.includes('\n'), event).toBe(true);
      const value = JSON.parse(event.slice('data: '.length));
      if ('error' in value) error = value.error;
      else chunks.push(value);
    }
  }
  return { chunks, ...(error === undefined ? {} : { error }), done, comments };
}

/** The answer that a stream's content deltas add up to. */
export function textOf(body: string): string {
  return readEvents(body)
    .chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '')
    .join('');
}
