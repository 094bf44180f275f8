import type { WorkerEvents } from '@codex-proxy/contracts';
import type { RpcChannel, ThreadSink } from '../channel/rpc-channel.ts';
import type { RpcId } from '../protocol/messages.ts';
import { answerServerRequest } from '../turns/server-request-policy.ts';
import { isOwnDoing } from './own-doing.ts';
import { RateLimited } from './rate-limited.ts';

const REPORTS_PER_SECOND = 10;

export interface ReportsOptions {
  readonly events: WorkerEvents;
  readonly redactText: (text: string) => string;
  readonly monotonicMs: () => number;
  readonly nowMs: () => number;
}

/** What workers say beyond their turns: reported, within limits, and answered where they ask. */
export class Reports {
  readonly #options: ReportsOptions;
  readonly #stderrLimit: RateLimited;
  readonly #protocolLimit: RateLimited;

  constructor(options: ReportsOptions) {
    this.#options = options;
    this.#stderrLimit = new RateLimited(REPORTS_PER_SECOND, options.monotonicMs);
    this.#protocolLimit = new RateLimited(REPORTS_PER_SECOND, options.monotonicMs);
  }

  stderrLine(line: string): void {
    if (isOwnDoing(line)) return;
    const { events, redactText } = this.#options;
    const suppressed = this.#stderrLimit.admit();
    if (suppressed !== undefined) events.onStderr({ text: redactText(line), suppressed });
  }

  protocolError(reason: string, bytes: number): void {
    const suppressed = this.#protocolLimit.admit();
    if (suppressed !== undefined) this.#options.events.onProtocolError({ reason, bytes, suppressed });
  }

  /** Answers a request that came over `channel` by policy; `sink` is that of its thread, if it has one. */
  answer(channel: RpcChannel, id: RpcId, method: string, sink: ThreadSink | undefined): void {
    const { events, nowMs } = this.#options;
    const { outcome, decision } = answerServerRequest(method, nowMs());
    const bytes = channel.respond(id, outcome);
    sink?.serverRequestAnswered(id, method, outcome, bytes);
    events.onServerRequest({ method, decision });
  }
}
