import { once } from 'node:events';
import type { Response } from 'express';
import type { TailItem } from '../store/tail.ts';

const HEADERS = { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' };

/** Starts a Server-Sent Events answer: the headers go out at once. */
export function startEventStream(response: Response): void {
  response.status(200).set(HEADERS);
  response.flushHeaders();
}

/**
 * Writes a tail. One that reads slowly is waited for: no more than a page is held for it, and what it has not taken yet is in the database.
 * Ends when the run has, when `signal` is aborted, or when the client is gone.
 */
export async function writeTail(response: Response, tail: AsyncIterable<TailItem>, signal: AbortSignal): Promise<void> {
  for await (const item of tail) {
    if (!response.write(frameOf(item))) await drained(response, signal);
  }
  response.end();
}

function frameOf(item: TailItem): string {
  switch (item.kind) {
    case 'event':
      return `event: run_event\nid: ${item.id}\ndata: ${item.event}\n\n`;
    case 'end':
      return `event: run_end\ndata: ${item.run}\n\n`;
    case 'idle':
      return ': keepalive\n\n';
  }
}

async function drained(response: Response, signal: AbortSignal): Promise<void> {
  try {
    await once(response, 'drain', { signal });
  } catch {
    // Gone, or told to end: the caller sees to that.
  }
}
