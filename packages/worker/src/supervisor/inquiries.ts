import type { RpcChannel, RpcOutcome } from '../channel/rpc-channel.ts';
import { WorkerUnavailableError } from '../errors.ts';

interface Inquiry {
  readonly channel: RpcChannel;
  readonly giveUp: (why: string) => void;
}

/** Requests outside turns that wait for their answers. */
export class Inquiries {
  readonly #open = new Set<Inquiry>();
  readonly #onAnswered: () => void;

  /** @param onAnswered One of them is over, one way or the other. */
  constructor(onAnswered: () => void) {
    this.#onAnswered = onAnswered;
  }

  /** @throws WorkerUnavailableError when the worker ends first, or takes longer than `timeoutMs`. */
  async ask(channel: RpcChannel, method: string, params: object, timeoutMs: number): Promise<RpcOutcome> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#open.delete(inquiry);
        this.#onAnswered();
      };
      const inquiry: Inquiry = {
        channel,
        giveUp: (why) => {
          channel.forget(id);
          reject(new WorkerUnavailableError(`${method} had no answer: ${why}`));
          end();
        },
      };
      const timer = setTimeout(inquiry.giveUp, timeoutMs, `${String(timeoutMs)} ms have passed`);
      this.#open.add(inquiry);
      const { id } = channel.request(method, params, (outcome) => {
        resolve(outcome);
        end();
      });
    });
  }

  /** Whether `channel` has yet to answer some. */
  awaits(channel: RpcChannel): boolean {
    for (const inquiry of this.#open) if (inquiry.channel === channel) return true;
    return false;
  }

  /** The worker at the other end of `channel` is gone. */
  workerLost(channel: RpcChannel): void {
    for (const inquiry of [...this.#open]) if (inquiry.channel === channel) inquiry.giveUp('the worker ended');
  }
}
