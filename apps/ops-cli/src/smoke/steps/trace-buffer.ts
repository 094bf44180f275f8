import { traceArtifactSchema, traceBufferStateSchema, type TraceBufferState } from '@codex-proxy/contracts';
import { setTimeout as wait } from 'node:timers/promises';
import { sumOf } from '../../exposition/exposition.ts';
import { failed, judged, passed, skipped, type Judgement, type Step, StepError } from '../../verdict/verdict.ts';
import { join } from 'node:path';
import { recordsOf } from '../../files/tail.ts';
import { kindsInText } from '../sinks.ts';
import { refusalText, replyTo } from '../../proxy-client/reply.ts';
import { until, type Stage } from '../stage.ts';

const PATH = '/internal/trace-buffer';
const WRITTEN_MS = 5_000;
/** A trace is written within so long, or never. */
const SETTLED_MS = 1_000;
export const NO_ADMIN = 'no admin token is known: set PROXY_ADMIN_TOKEN, or --state-dir for credentials.json';

/** Capture on, off, and back as it was. */
export function traceBufferSteps(stage: Stage): readonly Step[] {
  return [
    {
      name: 'trace buffer on: a request leaves a redacted trace, counted and logged',
      run: async () => guarded(stage, async () => on(stage)),
    },
    { name: 'trace buffer off: a request leaves none', run: async () => guarded(stage, async () => off(stage)) },
  ];
}

async function guarded(stage: Stage, step: () => Promise<Judgement>): Promise<Judgement> {
  if (!stage.client.hasToken('admin')) return skipped(NO_ADMIN);
  const { enabled } = await stateOf(stage);
  stage.undoLater(`trace buffer ${enabled ? 'on' : 'off'}: codex-ops trace-buffer ${enabled ? 'enable' : 'disable'}`, async () => {
    // Not by the signal of the smoke: what was interrupted is put back as well.
    const { status } = await replyTo(stage.client, { method: 'POST', path: PATH, token: 'admin', body: { enabled } });
    if (status !== 200) throw new StepError(`HTTP ${status}`);
  });
  try {
    return await step();
  } finally {
    await stage.putBackLast();
  }
}

async function stateOf(stage: Stage): Promise<TraceBufferState> {
  const { status, json, text } = await stage.send('GET', PATH, { token: 'admin' });
  const { data } = traceBufferStateSchema.safeParse(json);
  if (status !== 200 || data === undefined) throw new StepError(`GET ${PATH}: ${stage.refusal('admin', { status, text })}`);
  return data;
}

async function toggle(stage: Stage, enabled: boolean): Promise<void> {
  const { status, json, text } = await stage.send('POST', PATH, { token: 'admin', body: { enabled } });
  if (status !== 200 || json?.['enabled'] !== enabled) throw new StepError(`POST ${PATH}: ${refusalText(status, text)}`);
}

async function on(stage: Stage): Promise<Judgement> {
  await toggle(stage, true);
  const { requestId } = await stage.complete();
  const reply = await until(WRITTEN_MS, stage.signal, async () => {
    const found = await stage.send('GET', `${PATH}/${requestId}`, { token: 'admin' });
    return found.status === 200 ? found : undefined;
  });
  if (reply === undefined) return failed(`there is no trace of ${requestId}`);
  const { data } = traceArtifactSchema.safeParse(reply.json);
  const { entries } = await stateOf(stage);
  const gauge = await gaugeOf(stage);
  const frames = (await stage.ownsFolder()) ? await recordsOf(join(stage.stateDir, 'proto.ndjson'), requestId) : undefined;
  const problems = [
    ...(data === undefined ? ['the trace is none of the schema'] : []),
    ...(data !== undefined && data.req_id !== requestId ? ['the trace is that of another request'] : []),
    ...kindsInText(reply.text, stage.planted).map((kind) => `the trace holds ${kind}`),
    ...(gauge === undefined || gauge === entries ? [] : [`codex_trace_buffer_entries is ${gauge}, and ${entries} traces are listed`]),
    ...(frames?.length === 0 ? ['proto.ndjson has no frame of the request'] : []),
  ];
  return judged(problems, `${data?.events.length ?? 0} events; ${entries} ${entries === 1 ? 'trace' : 'traces'} in the buffer`);
}

async function gaugeOf(stage: Stage): Promise<number | undefined> {
  const metrics = await stage.scrape();
  return metrics === undefined ? undefined : sumOf(metrics, 'codex_trace_buffer_entries');
}

async function off(stage: Stage): Promise<Judgement> {
  await toggle(stage, false);
  const { requestId } = await stage.complete();
  await wait(SETTLED_MS, undefined, { signal: stage.signal }).catch(() => undefined);
  const { status } = await stage.send('GET', `${PATH}/${requestId}`, { token: 'admin' });
  return status === 404 ? passed() : failed(`there is a trace of ${requestId} (HTTP ${status})`);
}
