import { runEventSchema, runSummarySchema, type RunEvent, type RunSummary } from '@codex-proxy/contracts';
import { setTimeout as wait } from 'node:timers/promises';
import { parseJson } from '../json/record.ts';
import { ProxyError } from '../proxy-client/errors.ts';
import { runTailRequest } from '../proxy-client/proxy-api.ts';
import type { ProxyClient } from '../proxy-client/proxy-client.ts';
import { foreign } from '../proxy-client/refusal.ts';

const FIRST_DELAY_MS = 250;
const MOST_DELAY_MS = 5_000;
const OK = 200;

export interface FollowOptions {
  readonly types: readonly string[];
  /** Ends it, without an error. */
  readonly signal: AbortSignal;
  readonly tell: (event: RunEvent) => Promise<void>;
  /** A sentence about the connection. */
  readonly say: (sentence: string) => void;
}

/**
 * Tells the events of a run, and those that it goes on to have. A connection that breaks off after it was good is made anew, behind the last
 * event that was told, until there is one: the proxy may be being restarted.
 * @returns the run, once it has ended; undefined when it was not waited for so long
 */
export async function followRun(client: ProxyClient, runId: string, options: FollowOptions): Promise<RunSummary | undefined> {
  const { types, signal, tell, say } = options;
  let afterId: number | undefined;
  let isKnown = false;
  let delayMs = FIRST_DELAY_MS;
  let isSilent = false;
  const isStopped = (): boolean => signal.aborted;
  for (;;) {
    try {
      const request = runTailRequest(runId, { types, ...(afterId === undefined ? {} : { afterId }) });
      for await (const { event, data } of client.events({ ...request, signal })) {
        isKnown = true;
        isSilent = false;
        delayMs = FIRST_DELAY_MS;
        if (event === 'run_end') return parsed(runSummarySchema, data, client);
        if (event !== 'run_event') continue;
        const told = parsed(runEventSchema, data, client);
        if (afterId !== undefined && told.id <= afterId) continue;
        await tell(told);
        afterId = told.id;
      }
    } catch (error) {
      if (isStopped()) return undefined;
      if (!(error instanceof ProxyError) || !isTransient(error, isKnown)) throw error;
      if (!isSilent) say(`${error.message}; trying again`);
      isSilent = true;
      isKnown = true;
    }
    if (isStopped()) return undefined;
    await wait(delayMs, undefined, { signal }).catch(() => undefined);
    if (isStopped()) return undefined;
    delayMs = Math.min(MOST_DELAY_MS, delayMs * 2);
  }
}

/** What may be over soon: silence, once the run has been heard of; a server that says so. */
function isTransient(error: ProxyError, isKnown: boolean): boolean {
  const { status = OK } = error;
  return (error.isSilence && isKnown) || (error.failure === 'rejected' && (status === 429 || status >= 500));
}

function parsed<T>(
  schema: { safeParse(value: unknown): { success: true; data: T } | { success: false } },
  data: string,
  client: ProxyClient,
): T {
  const result = schema.safeParse(parseJson(data));
  if (!result.success) throw foreign(client.url, OK);
  return result.data;
}
