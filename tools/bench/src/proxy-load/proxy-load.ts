import type { Benchmark, BenchmarkContext, BenchmarkResult } from '../benchmark.ts';
import type { Front } from '../front/front.ts';
import { startProxyFront } from '../front/proxy-front.ts';
import { startSketchFront } from '../front/sketch-front.ts';
import { ensureWrk } from '../load/find-wrk.ts';
import { childWithArgument, memoryOf } from '../process/proc.ts';
import { numberText } from '../report/number-text.ts';
import type { Row } from '../report/row.ts';
import type { Table } from '../report/table.ts';
import { median } from '../statistics/percentile.ts';
import { load, measure, wholeAnswer, type Measurement } from './measurement.ts';
import { profileScenario } from './profiled.ts';
import { MODEL, PEAK_MEMORY_TARGET_MB, RATIO_TARGET, SCENARIOS, scenarioWorker, type Scenario } from './scenario.ts';

const WARM_UP_S = 2;
const MEASURED_S = 6;
const MB = 1e6;

interface Side {
  readonly measurements: Measurement[];
  readonly peakBytes: number;
}

interface Pair {
  readonly scenario: Scenario;
  readonly ours: Side;
  readonly sketch: Side;
}

/** Ours and the sketch under the load of wrk, on scripted workers that answer at once. */
export const proxyLoad: Benchmark = {
  name: 'proxy-load',
  about: 'throughput and peak memory at 32 connections on a scripted worker, against an express + pino + prom-client sketch',
  async run(context) {
    await ensureWrk(context.say);
    if (context.options.profile) return profiled(context);
    const pairs: Pair[] = [];
    for (const scenario of SCENARIOS) pairs.push(await compare(context, scenario));
    return report(pairs);
  },
};

async function profiled(context: BenchmarkContext): Promise<BenchmarkResult> {
  const tables: Table[] = [];
  for (const scenario of SCENARIOS) tables.push(...(await profileScenario(context, scenario)));
  return { rows: [], tables };
}

async function compare(context: BenchmarkContext, scenario: Scenario): Promise<Pair> {
  const codexBin = await scenarioWorker(context.folder, scenario);
  const fronts = [
    await startProxyFront(context, { name: `${scenario.id}-ours`, codexBin, model: MODEL }),
    await startSketchFront(context, { name: `${scenario.id}-sketch`, codexBin }),
  ];
  const [ours, sketch] = await alternate(context, scenario, fronts);
  for (const front of fronts) await front.stop();
  if (ours === undefined || sketch === undefined) throw new Error('two fronts give two sides');
  return { scenario, ours, sketch };
}

/** Both are up all the time, and take turns. */
async function alternate(context: BenchmarkContext, scenario: Scenario, fronts: readonly Front[]): Promise<Side[]> {
  const sides = [];
  for (const front of fronts) {
    const { bytes } = await wholeAnswer(front, scenario);
    const workerPid = childWithArgument(front.pid, 'app-server');
    if (workerPid === undefined) throw new Error('the front has no worker');
    await load(front, scenario, WARM_UP_S);
    sides.push({ front, measurements: new Array<Measurement>(), options: { seconds: MEASURED_S, bytesPerAnswer: bytes, workerPid } });
  }
  for (let round = 1; round <= context.options.repetitions; round += 1) {
    for (const { front, measurements, options } of sides) measurements.push(await measure(front, scenario, options));
    const rates = sides.map(({ measurements }) => numberText(measurements.at(-1)?.rate ?? Number.NaN));
    context.say(`${scenario.name}, round ${round}: ours ${rates[0] ?? ''}, sketch ${rates[1] ?? ''} ${scenario.counted}/s`);
  }
  for (const { front } of sides) await wholeAnswer(front, scenario);
  return sides.map(({ front, measurements }) => ({ measurements, peakBytes: memoryOf(front.pid).peak }));
}

const medianOf = (side: Side, of: (one: Measurement) => number): number => median(side.measurements.map(of));

function report(pairs: readonly Pair[]): BenchmarkResult {
  const rows = pairs.flatMap((pair) => [rateRow(pair), costRow(pair)]);
  const peak = (side: 'ours' | 'sketch'): number => Math.max(...pairs.map((pair) => pair[side].peakBytes)) / MB;
  const failed = pairs
    .flatMap(({ ours, sketch }) => [...ours.measurements, ...sketch.measurements])
    .reduce((sum, one) => sum + one.failed, 0);
  rows.push(
    {
      what: 'peak resident memory of the proxy',
      measured: peak('ours'),
      unit: 'MB',
      reference: { name: 'sketch', measured: peak('sketch') },
      target: { measured: { op: '<', value: PEAK_MEMORY_TARGET_MB } },
    },
    { what: 'failed requests', measured: failed, unit: '', target: { measured: { op: '≤', value: 0 } } },
  );
  return { rows, tables: [detail(pairs)] };
}

function rateRow({ scenario, ours, sketch }: Pair): Row {
  return {
    what: scenario.name,
    measured: medianOf(ours, ({ rate }) => rate),
    unit: `${scenario.counted}/s`,
    reference: { name: 'sketch', measured: medianOf(sketch, ({ rate }) => rate) },
    target: { measured: scenario.target, ratio: RATIO_TARGET },
  };
}

/** The rate depends on who else is at work; what the front itself needs for an answer hardly does. */
function costRow({ scenario, ours, sketch }: Pair): Row {
  const perCpuSecond = ({ rate, cpu }: Measurement): number => rate / cpu.front;
  return {
    what: `${scenario.name}, a CPU second of the front`,
    measured: medianOf(ours, perCpuSecond),
    unit: scenario.counted,
    reference: { name: 'sketch', measured: medianOf(sketch, perCpuSecond) },
  };
}

function detail(pairs: readonly Pair[]): Table {
  return {
    title: 'proxy-load: every round. A processor that is busy all the time counts as 1',
    columns: ['scenario', 'round', 'front', 'rate', 'unit', 'p99 ms', 'busy: front', 'its worker', 'wrk and the rest', 'peak MB'],
    rows: pairs.flatMap(({ scenario, ours, sketch }) =>
      ours.measurements.flatMap((_, round) =>
        Object.entries({ ours, sketch }).flatMap(([name, { measurements, peakBytes }]) =>
          measurements
            .slice(round, round + 1)
            .map(({ rate, p99Ms, cpu }) => [
              scenario.name,
              String(round + 1),
              name,
              numberText(rate),
              `${scenario.counted}/s`,
              numberText(p99Ms),
              cpu.front.toFixed(2),
              cpu.worker.toFixed(2),
              cpu.rest.toFixed(2),
              numberText(peakBytes / MB),
            ]),
        ),
      ),
    ),
  };
}
