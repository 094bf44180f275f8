import type { Benchmark, BenchmarkContext, BenchmarkResult } from '../benchmark.ts';
import type { Front } from '../front/front.ts';
import { startProxyFront } from '../front/proxy-front.ts';
import { scriptedBinary } from '../front/scripted-binary.ts';
import { startSketchFront } from '../front/sketch-front.ts';
import { ensureWrk } from '../load/find-wrk.ts';
import { childWithArgument, memoryOf } from '../process/proc.ts';
import { numberText, ratioText } from '../report/number-text.ts';
import type { Row } from '../report/row.ts';
import { median } from '../statistics/percentile.ts';
import { load, measure, wholeAnswer, type Measurement } from './measurement.ts';
import { MODEL, PEAK_MEMORY_TARGET_MB, RATIO_TARGET, SCENARIOS, type Scenario } from './scenario.ts';

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
    const pairs: Pair[] = [];
    for (const scenario of SCENARIOS) pairs.push(await compare(context, scenario));
    return report(pairs);
  },
};

async function compare(context: BenchmarkContext, scenario: Scenario): Promise<Pair> {
  const codexBin = scriptedBinary(context.folder, scenario.deltas);
  const name = `${scenario.stream ? 'stream' : 'whole'}-${scenario.deltas}`;
  const fronts = [
    await startProxyFront(context, { name: `${name}-ours`, codexBin, model: MODEL }),
    await startSketchFront(context, { name: `${name}-sketch`, codexBin }),
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
    context.say(`${scenario.name}, round ${round}: ours ${rates[0] ?? ''}, sketch ${rates[1] ?? ''} ${scenario.unit}`);
  }
  for (const { front } of sides) await wholeAnswer(front, scenario);
  return sides.map(({ front, measurements }) => ({ measurements, peakBytes: memoryOf(front.pid).peak }));
}

const rateOf = (side: Side): number => median(side.measurements.map(({ rate }) => rate));

function report(pairs: readonly Pair[]): BenchmarkResult {
  const rows: Row[] = pairs.map(({ scenario, ours, sketch }) => ({
    what: scenario.name,
    measured: rateOf(ours),
    unit: scenario.unit,
    reference: { name: 'sketch', measured: rateOf(sketch) },
    target: { measured: scenario.target, ratio: RATIO_TARGET },
  }));
  const peak = (side: 'ours' | 'sketch'): number => Math.max(...pairs.map((pair) => pair[side].peakBytes)) / MB;
  const failed = pairs.flatMap(({ ours, sketch }) => [...ours.measurements, ...sketch.measurements]).reduce((sum, one) => sum + one.failed, 0);
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

function detail(pairs: readonly Pair[]): NonNullable<BenchmarkResult['tables']>[number] {
  return {
    title: 'proxy-load: each round, and what was busy (processors, 1 is a whole one)',
    columns: ['scenario', 'round', 'ours', 'sketch', 'ratio', 'p99 ms', 'sketch p99', 'cpu proxy', 'its worker', 'cpu sketch', 'its worker', 'peak MB'],
    rows: pairs.flatMap(({ scenario, ours, sketch }) =>
      ours.measurements.map((one, at) => {
        const other = sketch.measurements[at] ?? one;
        const cpu = [one.cpu.front, one.cpu.worker, other.cpu.front, other.cpu.worker].map((value) => value.toFixed(2));
        const rates = [numberText(one.rate), numberText(other.rate), ratioText(one.rate / other.rate)];
        return [scenario.name, String(at + 1), ...rates, numberText(one.p99Ms), numberText(other.p99Ms), ...cpu, numberText(ours.peakBytes / MB)];
      }),
    ),
  };
}
