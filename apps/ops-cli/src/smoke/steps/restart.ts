import { sumOf } from '../../exposition/exposition.ts';
import { numberAt, textAt } from '../../json/record.ts';
import { failed, judged, passed, skipped, type Judgement, type Step } from '../../verdict/verdict.ts';
import { until, type Stage } from '../stage.ts';
import { NO_ADMIN } from './trace-buffer.ts';

const PATH = '/internal/worker/recycle';
const RECYCLED_MS = 60_000;

/** A planned recycle is seen, and no request fails; what was restarted is told by probe and metrics. */
export function restartSteps(stage: Stage): readonly Step[] {
  return [
    { name: 'restarts can be seen: probe and metrics tell of them', run: async () => visible(stage) },
    { name: 'a planned recycle is counted, is no restart, and no request fails by it', run: async () => recycle(stage) },
  ];
}

async function visible(stage: Stage): Promise<Judgement> {
  const { json } = await stage.send('GET', '/readyz');
  const state = textAt(json, 'worker_state');
  const metrics = await stage.scrape();
  const note = `worker ${state ?? 'unknown'}, restart streak ${numberAt(json, 'restart_streak') ?? 0}`;
  if (metrics === undefined)
    return state === undefined ? failed('readyz tells no worker_state') : passed(`${note}; metrics may not be scraped from here`);
  const restarts = sumOf(metrics, 'codex_worker_restarts_total');
  return judged(
    [
      ...(state === undefined ? ['readyz tells no worker_state'] : []),
      ...['codex_worker_restarts_total', 'codex_worker_backoff_ms', 'codex_worker_ready', 'codex_worker_state']
        .filter((name) => !metrics.has(name))
        .map((name) => `${name} is missing`),
      ...(state === undefined || sumOf(metrics, 'codex_worker_state', { state }) === 1
        ? []
        : [`codex_worker_state says another state than readyz: ${state}`]),
    ],
    `${note}, ${restarts} ${restarts === 1 ? 'restart' : 'restarts'} since the start`,
  );
}

async function recycle(stage: Stage): Promise<Judgement> {
  if (!stage.client.hasToken('admin')) return skipped(NO_ADMIN);
  const before = await stage.scrape();
  if (before === undefined) return skipped('without metrics it cannot be seen');
  const { status, text } = await stage.send('POST', PATH, { token: 'admin' });
  if (status === 404) return skipped('this proxy has no planned recycle');
  if (status !== 202) return failed(`POST ${PATH}: ${stage.refusal('admin', { status, text })}`);
  const during = await stage.complete();
  const recycled = (name: string, now: typeof before): boolean => sumOf(now, name) > sumOf(before, name);
  const after = await until(RECYCLED_MS, stage.signal, async () => {
    const now = await stage.scrape();
    return now !== undefined && recycled('codex_worker_recycles_total', now) ? now : undefined;
  });
  if (after === undefined) return failed('codex_worker_recycles_total did not rise');
  const ready = await stage.send('GET', '/readyz');
  return judged([
    ...(during.answer.errorCode === undefined ? [] : [`a completion meanwhile failed: ${during.answer.errorCode} (${during.requestId})`]),
    ...(recycled('codex_worker_restarts_total', after) ? ['it was counted as a restart'] : []),
    ...(ready.status === 200 ? [] : [`readyz says HTTP ${ready.status} afterwards`]),
  ]);
}
