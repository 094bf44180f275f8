import { join } from 'node:path';
import type { Terminal } from '../terminal/terminal.ts';
import type { ProxyClient, ProxyRequest } from '../proxy-client/proxy-client.ts';
import { parseExposition, type Exposition } from '../exposition/exposition.ts';
import { recordsOf } from '../files/tail.ts';
import { statsOf } from '../files/walk.ts';
import { refusalText, replyTo, type Reply } from '../proxy-client/reply.ts';
import type { TokenKind } from '../proxy-client/tokens.ts';
import { skipInMaintenance } from './skip-in-maintenance.ts';
import { readStream, type StreamedAnswer } from './streamed-answer.ts';
import { StepError, StepSkipped } from '../verdict/verdict.ts';
import { createPlanted, type Planted } from './planted.ts';

/** A completion that was asked for, to its end. */
export interface Completion {
  readonly requestId: string;
  readonly status: number;
  readonly answer: StreamedAnswer;
}

/** What the steps of a smoke share: the proxy, what was planted, and what is to be put back. */
export class Stage {
  readonly client: ProxyClient;
  readonly stateDir: string;
  /** The proxy's own log, where it is kept. */
  readonly log: string | undefined;
  readonly signal: AbortSignal;
  readonly planted: readonly Planted[];
  readonly now: Terminal['now'];
  /** Why nothing more can be tried: what is at the address does not answer as the proxy. */
  silence: string | undefined;
  /** Served model that completions name. */
  model: string | undefined;
  /** Completions that were asked for, oldest first. */
  readonly requestIds: string[] = [];
  /** What came back from other routes than completions: no secret may stand in it. */
  readonly heard: { readonly what: string; readonly text: string }[] = [];
  /** Whether a prompt was sent that holds what was planted, whatever became of it. */
  hasPlanted = false;
  /** The newest request that the proxy answered. */
  #heardId: string | undefined;
  #isLocal = false;
  readonly #undo: { readonly what: string; readonly run: () => Promise<void> }[] = [];

  constructor(parts: Pick<Stage, 'client' | 'stateDir' | 'log' | 'signal' | 'model' | 'now'>) {
    this.client = parts.client;
    this.stateDir = parts.stateDir;
    this.log = parts.log;
    this.signal = parts.signal;
    this.model = parts.model;
    this.now = parts.now;
    this.planted = createPlanted();
  }

  async send(method: string, path: string, request: Partial<ProxyRequest> = {}): Promise<Reply> {
    const reply = await replyTo(this.client, { method, path, signal: this.signal, ...request });
    this.heard.push({ what: `${method} ${path}`, text: reply.text });
    this.#hear(reply.headers);
    return reply;
  }

  /** What an answer that was not wanted says; of one that refuses a token, which of the variables is wrong. */
  refusal(kind: TokenKind, { status, text }: Pick<Reply, 'status' | 'text'>): string {
    return this.client.tokenRefusal(kind, status, text) ?? refusalText(status, text);
  }

  /** Whether the state folder is this proxy's: its access log has the newest request of this smoke, however that ended. */
  async ownsFolder(): Promise<boolean> {
    const id = this.#heardId;
    const path = join(this.stateDir, 'access.ndjson');
    if (this.#isLocal || id === undefined) return this.#isLocal;
    if (statsOf(path) === undefined) return false;
    const found = await until(RECORDED_MS, this.signal, async () => ((await recordsOf(path, id)).length > 0 ? true : undefined));
    this.#isLocal = found === true;
    return this.#isLocal;
  }

  #hear(headers: Headers): string {
    const id = headers.get('x-request-id') ?? '';
    if (/^req_/.test(id)) this.#heardId = id;
    return id;
  }

  /** Undefined where it may not be scraped. */
  async scrape(): Promise<Exposition | undefined> {
    const reply = await this.send('GET', '/metrics', { token: 'metrics' });
    if (reply.status === 401 || reply.status === 403) return undefined;
    if (reply.status === 404) throw new StepSkipped('metrics are switched off (PROXY_METRICS_ENABLED=false)');
    if (reply.status !== 200) throw new StepError(refusalText(reply.status, reply.text));
    const exposition = parseExposition(reply.text);
    if (exposition === undefined) throw new StepError('/metrics is not in the text format of Prometheus');
    return exposition;
  }

  /** A streamed completion whose prompt holds all that was planted. */
  async complete(): Promise<Completion> {
    if (this.model === undefined) throw new StepSkipped('no model is known: none could be listed');
    this.hasPlanted = true;
    const startedAtMs = performance.now();
    const secrets = this.planted.map(({ text }) => text).join(' ');
    const response = await this.client.open({
      ...{ method: 'POST', path: '/v1/chat/completions', token: 'api', signal: this.signal, timeoutMs: COMPLETION_MS },
      headers: { 'x-request-id': `codex-ops-smoke-${this.now()}` },
      body: {
        ...{ model: this.model, stream: true, stream_options: { include_usage: true } },
        messages: [{ role: 'user', content: `This is a smoke test: answer with one short sentence. These are made up: ${secrets}` }],
      },
    });
    const requestId = this.#hear(response.headers);
    if (requestId !== '') this.requestIds.push(requestId);
    if (response.headers.get('content-type')?.startsWith('text/event-stream') !== true) {
      const text = await response.text();
      skipInMaintenance(response.status, text);
      throw new StepError(this.refusal('api', { status: response.status, text }));
    }
    return { requestId, status: response.status, answer: await readStream(response, startedAtMs) };
  }

  /** What is to be done at the end, whatever happens; the last first. */
  undoLater(what: string, run: () => Promise<void>): void {
    this.#undo.push({ what, run });
  }

  /** Puts back what was changed last. What cannot be is tried again at the end. */
  async putBackLast(): Promise<void> {
    const last = this.#undo.pop();
    await last?.run().catch(() => this.#undo.unshift(last));
  }

  /** Puts everything back. Answers with what could not be, and how it is done by hand. */
  async putBack(): Promise<readonly string[]> {
    const failures: string[] = [];
    for (const { what, run } of this.#undo.splice(0).toReversed()) {
      await run().catch(() => failures.push(what));
    }
    return failures;
  }
}

const COMPLETION_MS = 120_000;
/** Within it the record of a request is written. */
const RECORDED_MS = 1_000;

const POLL_MS = 100;

/** Asks again until there is an answer that holds, or `timeoutMs` are over. */
export async function until<T>(timeoutMs: number, signal: AbortSignal, look: () => Promise<T | undefined>): Promise<T | undefined> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined || performance.now() > deadlineMs || signal.aborted) return found;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
