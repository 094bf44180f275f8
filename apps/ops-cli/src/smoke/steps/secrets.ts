import { formatBytes } from '../../text/duration.ts';
import { failed, judged, skipped, type Judgement, type Step } from '../../verdict/verdict.ts';
import { tailOf } from '../../files/tail.ts';
import { kindsInText, searchSinks } from '../sinks.ts';
import type { Stage } from '../stage.ts';

const LOG_TAIL_BYTES = 64 * 1_048_576;

/** What every prompt of this smoke held came out nowhere. */
export function secretSteps(stage: Stage): readonly Step[] {
  return [
    { name: 'the planted secrets came out of no route', run: async () => routes(stage) },
    { name: 'the planted secrets stand in no file of the state folder', run: async () => files(stage) },
    { name: 'the planted secrets stand not in the log of the proxy', run: async () => log(stage) },
  ];
}

async function routes(stage: Stage): Promise<Judgement> {
  if (!stage.hasPlanted) return skipped('nothing was planted');
  for (const id of stage.requestIds) await stage.send('GET', `/api/runs/${id}/events?limit=1000`, { token: 'api' });
  const leaks = stage.heard.flatMap(({ what, text }) => kindsInText(text, stage.planted).map((kind) => `${what} shows ${kind}`));
  return judged([...new Set(leaks)], `${stage.heard.length} answers searched for ${stage.planted.length} secrets`);
}

async function files(stage: Stage): Promise<Judgement> {
  if (!stage.hasPlanted) return skipped('nothing was planted');
  if (!(await stage.ownsFolder()))
    return skipped(
      `the access log in ${stage.stateDir} has no request of this smoke: is --state-dir the folder of this proxy, and on this machine?`,
    );
  const { files: count, bytes, leaks, workerLeaks } = await searchSinks(stage.stateDir, stage.planted);
  const own =
    workerLeaks.length === 0 ? '' : `; the worker's own home keeps some, bounded by WORKER_LOG_DB_MAX_MB: ${workerLeaks.join(', ')}`;
  return judged(leaks, `${count} files, ${formatBytes(bytes)}${own}`);
}

async function log(stage: Stage): Promise<Judgement> {
  if (stage.log === undefined) return skipped('name it with --log, where you keep it');
  const text = await tailOf(stage.log, LOG_TAIL_BYTES);
  if (!stage.requestIds.some((id) => text.includes(id))) return failed(`${stage.log} has no record of this smoke`);
  const events = ['request_completed', 'maintenance_toggled', 'trace_buffer_toggled'].filter((event) => text.includes(`"${event}"`));
  return judged(
    kindsInText(text, stage.planted).map((kind) => `it holds ${kind}`),
    `it tells of ${events.join(', ')}`,
  );
}
