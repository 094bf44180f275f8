import { request as httpRequest } from 'node:http';
import { startDemoProvider, type DemoProvider } from '@codex-proxy/demo-provider';
import type { Benchmark } from '../benchmark.ts';
import type { Front } from '../front/front.ts';
import { startProxyFront } from '../front/proxy-front.ts';
import { percentile } from '../statistics/percentile.ts';

const ABORTS = 30;
const BYTES_BEFORE_ABORT = 1_000;
const MODEL = 'demo-codex';
const ANSWER = { deltas: Array.from({ length: 500 }, (_, at) => `word${at} `), firstTokenMs: 20, interTokenMs: 20 };
const PATIENCE_MS = 10_000;
const TARGET_MS = 100;

/** How long a model that nobody listens to goes on: from the client's abort to the provider's connection being closed. */
export const proxyAbort: Benchmark = {
  name: 'proxy-abort',
  about: 'time from a client leaving mid-stream until the provider sees its connection closed, on the real worker',
  async run(context) {
    let onClosed: ((aborted: boolean) => void) | undefined;
    // In this process, so that both moments are on one clock.
    const provider: DemoProvider = await startDemoProvider({
      script: () => ANSWER,
      onEnd: ({ path, aborted }) => {
        if (path.endsWith('/responses')) onClosed?.(aborted);
      },
    });
    const proxy = await startProxyFront(context, { name: 'proxy', providerUrl: provider.baseUrl, model: MODEL });
    const delaysMs: number[] = [];
    for (let abort = 0; abort < ABORTS; abort += 1) {
      const closed = new Promise<number>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('the provider was not told that the client left')), PATIENCE_MS);
        onClosed = (aborted) => {
          clearTimeout(timer);
          if (aborted) resolve(performance.now());
          else reject(new Error('the answer ended before the client left'));
        };
      });
      const [leftAtMs, closedAtMs] = await Promise.all([leaveMidStream(proxy), closed]);
      delaysMs.push(closedAtMs - leftAtMs);
    }
    await proxy.stop();
    await provider.close();
    const target = { measured: { op: '≤', value: TARGET_MS } } as const;
    return {
      rows: [
        { what: 'abort to provider closed, p50', measured: percentile(delaysMs, 0.5), unit: 'ms', target },
        { what: 'abort to provider closed, p95', measured: percentile(delaysMs, 0.95), unit: 'ms', target },
      ],
    };
  },
};

/** Streams a few deltas and cuts the connection; resolves with the moment of the cut. */
async function leaveMidStream(front: Front): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${front.url}/v1/chat/completions`, {
      method: 'POST',
      agent: false,
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${front.apiKey}` },
    });
    request.once('response', (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes < BYTES_BEFORE_ABORT || request.destroyed) return;
        resolve(performance.now());
        request.destroy();
      });
      response.once('error', () => undefined);
    });
    request.on('error', reject);
    request.end(JSON.stringify({ model: MODEL, stream: true, messages: [{ role: 'user', content: 'Go on.' }] }));
  });
}
