import type { ProxyUnderLoad } from '../../src/live/proxy.ts';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Does `task` over and over, with a pause between, until `signal`; never more than `atMost` times. */
export async function repeat(signal: AbortSignal, everyMs: number, atMost: number, task: () => Promise<unknown>): Promise<void> {
  for (let done = 0; done < atMost && !signal.aborted; done += 1) {
    await task();
    await pause(everyMs);
  }
}

const PROVIDER_FAILED = { message: 'It is broken.', codexErrorInfo: { httpConnectionFailed: { httpStatusCode: 502 } } };

/** What a service that is used, and in trouble, goes through. Bounded in number, and over when `signal` says so. */
export function startLoad(proxy: ProxyUnderLoad, signal: AbortSignal): Promise<unknown> {
  const loop = (everyMs: number, task: () => Promise<unknown>): Promise<void> => repeat(signal, everyMs, 2_000, task);
  return Promise.all([
    loop(150, () => proxy.chat({ deltas: 5, interDeltaMs: 2 })),
    loop(100, () => proxy.chat({ deltas: 3 }, { stream: false })),
    // Provider errors: about one request in ten.
    loop(300, () => proxy.chat({ fail: PROVIDER_FAILED })),
    // A tool call that is never closed, and one that is.
    loop(900, () => proxy.chat({ deltas: ['<use_tool><name>x</name>', 'and no end'] })),
    loop(900, () => proxy.chat({ deltas: ['<use_tool><name>read</name>', '<path>a</path></use_tool>'] })),
    // Clients that leave.
    loop(700, () => proxy.chat({ hang: true, deltas: 1 }, { signal: AbortSignal.timeout(150) })),
    // First tokens that come too late, many at once.
    ...Array.from({ length: 40 }, () => loop(0, () => proxy.chat({ firstDeltaMs: 10_500, deltas: 2 }))),
  ]);
}
