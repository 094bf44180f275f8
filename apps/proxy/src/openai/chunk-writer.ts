import type { CompletionUsage, ErrorEnvelope, FinishReason } from '@codex-proxy/contracts';

export interface ChunkIdentity {
  readonly id: string;
  /** Unix seconds. */
  readonly created: number;
  readonly model: string;
  /** With `stream_options.include_usage` every chunk carries `usage`, null in all but the last. */
  readonly includeUsage: boolean;
}

/** Writes the chunks of one stream. What is the same in all of them is written once. */
export class ChunkWriter {
  readonly #head: string;
  readonly #tail: string;
  readonly #empty: string;

  constructor(identity: ChunkIdentity) {
    const { id, created, model, includeUsage } = identity;
    const base = `data: {"id":${JSON.stringify(id)},"object":"chat.completion.chunk","created":${String(created)},"model":${JSON.stringify(model)},"choices":[`;
    const usage = includeUsage ? ',"usage":null' : '';
    this.#head = `${base}{"index":0,"delta":`;
    this.#tail = `}]${usage}}\n\n`;
    this.#empty = base;
  }

  /** The first chunk: who speaks. */
  role(): string {
    return `${this.#head}{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null${this.#tail}`;
  }

  content(text: string): string {
    return `${this.#head}{"content":${JSON.stringify(text)}},"logprobs":null,"finish_reason":null${this.#tail}`;
  }

  finish(reason: FinishReason): string {
    return `${this.#head}{},"logprobs":null,"finish_reason":${JSON.stringify(reason)}${this.#tail}`;
  }

  usage(usage: CompletionUsage): string {
    return `${this.#empty}],"usage":${JSON.stringify(usage)}}\n\n`;
  }
}

export const DONE = 'data: [DONE]\n\n';
export const KEEPALIVE = ': keepalive\n\n';

/** A failure after the headers. */
export function errorEvent(envelope: ErrorEnvelope): string {
  return `data: ${JSON.stringify(envelope)}\n\n`;
}
