import type { DemoProvider, ProviderAnswer, ProviderRequest, RecordedRequest } from '@codex-proxy/demo-provider';
import { z } from 'zod';
import type { Settings } from './proxy-under-test.ts';

export const MODEL = 'demo-codex';

type Answer = (request: ProviderRequest) => ProviderAnswer;

interface Waiter {
  readonly event: 'request' | 'end';
  readonly matches: (request: RecordedRequest) => boolean;
  readonly resolve: (request: RecordedRequest) => void;
}

/** A scripted provider for the real worker: what it answers can be changed from test to test. */
export interface ProviderUnderTest {
  readonly demo: DemoProvider;
  /** Settings that make a proxy use it. */
  readonly settings: Settings;
  /** What all requests get from now on. */
  answer(answer: ProviderAnswer | Answer): void;
  /** The next request that has arrived whole. */
  nextRequest(matches?: (request: RecordedRequest) => boolean): Promise<RecordedRequest>;
  /** The next request whose answer is whole, or whose client has left. */
  nextEnd(matches?: (request: RecordedRequest) => boolean): Promise<RecordedRequest>;
  close(): Promise<void>;
}

/** @param port Default: a free one. */
export async function startProvider(port = 0): Promise<ProviderUnderTest> {
  let current: Answer = () => ({ deltas: ['ok'] });
  let waiters: Waiter[] = [];
  const report = (event: Waiter['event'], request: RecordedRequest): void => {
    const woken = waiters.filter((waiter) => waiter.event === event && waiter.matches(request));
    waiters = waiters.filter((waiter) => !woken.includes(waiter));
    for (const { resolve } of woken) resolve(request);
  };
  const { startDemoProvider } = await import('@codex-proxy/demo-provider');
  const demo = await startDemoProvider({
    port,
    models: [MODEL],
    script: (request) => current(request),
    onRequest: (request) => report('request', request),
    onEnd: (request) => report('end', request),
  });
  const next = async (event: Waiter['event'], matches: Waiter['matches'] = () => true): Promise<RecordedRequest> =>
    new Promise((resolve) => waiters.push({ event, matches, resolve }));
  return {
    demo,
    settings: { PROXY_PROVIDER: 'custom', PROXY_PROVIDER_BASE_URL: demo.baseUrl, CODEX_MODEL: MODEL },
    answer: (answer) => {
      current = typeof answer === 'function' ? answer : () => answer;
    },
    nextRequest: async (matches) => next('request', matches),
    nextEnd: async (matches) => next('end', matches),
    close: async () => demo.close(),
  };
}

const sentItem = z.looseObject({ type: z.string().optional(), role: z.string().optional(), content: z.unknown().optional() });

const sentSchema = z.looseObject({
  model: z.string(),
  input: z.array(sentItem),
  instructions: z.string().optional(),
  tools: z.array(z.unknown()).optional(),
  reasoning: z.looseObject({ effort: z.string().optional() }).nullish(),
  text: z.looseObject({ format: z.unknown().optional() }).optional(),
});

/** A body that the worker sent, as the Responses API has it. */
export type SentBody = z.infer<typeof sentSchema>;

export function sentBody(request: RecordedRequest): SentBody {
  return sentSchema.parse(request.body);
}
