import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import type { Front } from '../front/front.ts';
import type { TurnClient, TurnTimes } from './turn.ts';

/** How every content delta of ours and of the sketch begins, and no other chunk. */
const CONTENT_DELTA = '"delta":{"content":';
const DONE = 'data: [DONE]\n\n';

export interface HttpClientOptions {
  readonly model: string;
  readonly prompt: string;
  /** Deltas that a whole answer has. */
  readonly deltas: number;
}

/** Streams turns over HTTP, on connections that are kept open. */
export class HttpClient implements TurnClient {
  readonly #front: Front;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #body: string;
  readonly #deltas: number;

  constructor(front: Front, options: HttpClientOptions) {
    this.#front = front;
    this.#deltas = options.deltas;
    this.#body = JSON.stringify({ model: options.model, stream: true, messages: [{ role: 'user', content: options.prompt }] });
  }

  async turn(): Promise<TurnTimes> {
    return new Promise((resolve, reject) => {
      const startedAtMs = performance.now();
      const request = httpRequest(`${this.#front.url}/v1/chat/completions`, {
        method: 'POST',
        agent: this.#agent,
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${this.#front.apiKey}` },
      });
      request.once('error', reject);
      request.once('response', (response) => void this.#read(response, startedAtMs).then(resolve, reject));
      request.end(this.#body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }

  async #read(response: IncomingMessage, startedAtMs: number): Promise<TurnTimes> {
    return new Promise((resolve, reject) => {
      let text = '';
      let firstDeltaAtMs: number | undefined;
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
        if (firstDeltaAtMs === undefined && text.includes(CONTENT_DELTA)) firstDeltaAtMs = performance.now();
      });
      response.once('error', reject);
      response.once('end', () => {
        const totalMs = performance.now() - startedAtMs;
        const deltas = text.split(CONTENT_DELTA).length - 1;
        if (firstDeltaAtMs === undefined || deltas !== this.#deltas || !text.endsWith(DONE)) {
          reject(new Error(`an answer was not whole: status ${response.statusCode}, ${deltas} deltas: ${text.slice(-200)}`));
        } else resolve({ firstDeltaMs: firstDeltaAtMs - startedAtMs, totalMs });
      });
    });
  }
}
