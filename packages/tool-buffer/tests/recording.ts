import { ToolBlockScanner, ToolTextStream, type ToolTextStreamOptions } from '@codex-proxy/tool-buffer';

export type Recorded = readonly [kind: string, ...details: unknown[]];

/** What a scanner reports of pieces, neighbouring texts as one. */
export function scanned(pieces: readonly string[], maxBlockChars = 0, end: 'completed' | 'disconnect' = 'completed'): Recorded[] {
  const { scanner, found } = recordingScanner(maxBlockChars);
  for (const piece of pieces) scanner.push(piece);
  scanner.end(end);
  return joined(found);
}

export function recordingScanner(maxBlockChars = 0): { scanner: ToolBlockScanner; found: Recorded[] } {
  const found: Recorded[] = [];
  const scanner = new ToolBlockScanner({
    maxBlockChars,
    observer: {
      onText: (text) => found.push(['text', text]),
      onStarted: () => found.push(['started']),
      onBlock: (text) => found.push(['block', text]),
      onAborted: (reason, chars) => found.push(['aborted', reason, chars]),
    },
  });
  return { scanner, found };
}

/** The input as it was reported. */
export function literal(found: readonly Recorded[]): string {
  return found.map(([kind, text]) => (kind === 'text' || kind === 'block' ? String(text) : '')).join('');
}

/** Neighbouring reports of text as one. */
export function joined(found: readonly Recorded[]): Recorded[] {
  const result: Recorded[] = [];
  for (const each of found) {
    const last = result.at(-1);
    if (each[0] === last?.[0] && (each[0] === 'text' || each[0] === 'content'))
      result[result.length - 1] = [each[0], `${String(last[1])}${String(each[1])}`];
    else result.push(each);
  }
  return result;
}

/** Timers that a test fires. */
export class ManualTimers {
  readonly delaysMs: number[] = [];
  #callback: (() => void) | undefined;

  readonly schedule = (callback: () => void, delayMs: number): (() => void) => {
    this.delaysMs.push(delayMs);
    this.#callback = callback;
    return () => {
      if (this.#callback === callback) this.#callback = undefined;
    };
  };

  get isPending(): boolean {
    return this.#callback !== undefined;
  }

  fire(): void {
    const callback = this.#callback;
    this.#callback = undefined;
    callback?.();
  }
}

export type StreamSettings = Partial<Omit<ToolTextStreamOptions, 'output' | 'events' | 'newId' | 'schedule'>>;

export function recordingStream(settings: StreamSettings = {}): {
  stream: ToolTextStream;
  heard: Recorded[];
  events: Recorded[];
  timers: ManualTimers;
} {
  const heard: Recorded[] = [];
  const events: Recorded[] = [];
  const timers = new ManualTimers();
  let ids = 0;
  const stream = new ToolTextStream({
    outputMode: 'openai-json',
    stopAfterTools: 0,
    stopAfterToolsMode: 'burst',
    stopAfterToolsGraceMs: 300,
    maxBlockChars: 0,
    suppressTailAfterTools: false,
    ...settings,
    newId: () => String((ids += 1)),
    schedule: timers.schedule,
    output: {
      onContent: (text) => heard.push(['content', text]),
      onToolCall: (call) => heard.push(['call', call.index, call.id, call.name, call.arguments]),
      onStop: () => heard.push(['stop']),
    },
    events: {
      onStarted: () => events.push(['started']),
      onFlushed: () => events.push(['flushed']),
      onAborted: (reason, chars) => events.push(['aborted', reason, chars]),
      onMalformed: (reason) => events.push(['malformed', reason]),
    },
  });
  return { stream, heard, events, timers };
}
