import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { BenchmarkContext, BenchmarkResult } from '../benchmark.ts';
import { startProvider } from '../front/provider.ts';
import { startProxyFront } from '../front/proxy-front.ts';
import { doErrands, Tally } from './client.ts';
import { mixedErrands } from './errands.ts';
import { soakRows, tallyTable, vitalsTable } from './report.ts';
import { takeVitals, type Vitals } from './vitals.ts';

const MODEL = 'demo-codex';
const PACE = { firstTokenMs: 20, interTokenMs: 2, deltas: 40 };
const SAMPLES = 120;
const MS_A_MINUTE = 60_000;
/** Codex keeps something of every turn, for good: what bounds it is that a worker is recycled, here every minute or so. */
const TURNS_OF_A_WORKER = 3_000;
/** For the last streams to end, and be counted so. */
const SETTLE_MS = 3_000;

/** Mixed load on the real worker for `minutes`: memory, descriptors and disk over time, and whether every answer was as expected. */
export async function soak(context: BenchmarkContext, minutes: number): Promise<BenchmarkResult> {
  const provider = await startProvider(context, PACE);
  const front = await startProxyFront(context, {
    name: 'soak',
    providerUrl: provider.url,
    model: MODEL,
    environment: { PROXY_TRACE_BUFFER: 'true', LOG_MAX_MB: '1', LOG_MAX_FILES: '2', WORKER_MAX_TURNS: String(TURNS_OF_A_WORKER) },
  });
  const stateDir = join(context.folder, 'soak', 'state');
  const over = new AbortController();
  const tally = new Tally();
  const load = doErrands(front, mixedErrands(MODEL), tally, over.signal);
  const startedAtMs = performance.now();
  const elapsed = (): number => (performance.now() - startedAtMs) / MS_A_MINUTE;
  const samples: Vitals[] = [await takeVitals(front, stateDir, elapsed())];
  while (elapsed() < minutes) {
    await delay(Math.min((minutes * MS_A_MINUTE) / SAMPLES, (minutes - elapsed()) * MS_A_MINUTE));
    samples.push(await takeVitals(front, stateDir, elapsed()));
    const { proxyBytes, workerBytes, descriptors } = samples.at(-1) ?? {};
    context.say(
      `${elapsed().toFixed(1)} of ${String(minutes)} min: proxy ${mb(proxyBytes)}, worker ${mb(workerBytes)}, ${String(descriptors)} descriptors, ${String(tally.unexpected)} unexpected`,
    );
  }
  over.abort();
  await load;
  await delay(SETTLE_MS);
  samples.push(await takeVitals(front, stateDir, elapsed()));
  await front.stop();
  await provider.stop();
  return { rows: soakRows(samples, tally), tables: [vitalsTable(samples), tallyTable(tally)] };
}

function mb(bytes: number | undefined): string {
  return `${((bytes ?? Number.NaN) / 1e6).toFixed(0)} MB`;
}
