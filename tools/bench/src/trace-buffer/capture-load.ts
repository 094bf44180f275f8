import { randomBytes } from 'node:crypto';
import type { BenchmarkContext } from '../benchmark.ts';
import { startProxyFront } from '../front/proxy-front.ts';
import { childWithArgument } from '../process/proc.ts';
import { load, measure, wholeAnswer, type Measurement } from '../proxy-load/measurement.ts';
import { MODEL, scenarioWorker, type Scenario } from '../proxy-load/scenario.ts';
import { numberText } from '../report/number-text.ts';
import type { Row } from '../report/row.ts';
import { median } from '../statistics/percentile.ts';
import { inTurns, switchCapture, type Capture } from './switched.ts';

const WARM_UP_S = 4;
/** Time for the burst that follows a switch. */
const SETTLE_S = 1;
const MEASURED_S = 2;
const ROUNDS_A_REPETITION = 6;
/** Capture may cost two in a hundred. */
const TARGET = { op: '≥', value: 0.98 } as const;

/** What capture costs in throughput. */
export async function captureLoad(context: BenchmarkContext, scenario: Scenario): Promise<Row[]> {
  const adminToken = randomBytes(12).toString('hex');
  const codexBin = await scenarioWorker(context.folder, scenario);
  const front = await startProxyFront(context, {
    name: `trace-${scenario.id}`,
    codexBin,
    model: MODEL,
    environment: { PROXY_ADMIN_TOKEN: adminToken },
  });
  const { bytes: bytesPerAnswer } = await wholeAnswer(front, scenario);
  const workerPid = childWithArgument(front.pid, 'app-server');
  if (workerPid === undefined) throw new Error('the front has no worker');
  for (const capture of inTurns(0)) {
    await switchCapture(front, adminToken, capture);
    await load(front, scenario, WARM_UP_S);
  }
  const measurements: Record<Capture, Measurement[]> = { on: [], off: [] };
  for (let round = 0; round < context.options.repetitions * ROUNDS_A_REPETITION; round += 1) {
    for (const capture of inTurns(round)) {
      await switchCapture(front, adminToken, capture);
      await load(front, scenario, SETTLE_S);
      measurements[capture].push(await measure(front, scenario, { seconds: MEASURED_S, bytesPerAnswer, workerPid }));
    }
    const rates = inTurns(0).map((capture) => `${capture} ${numberText(measurements[capture].at(-1)?.rate ?? Number.NaN)}`);
    context.say(`${scenario.name}, round ${round + 1}: capture ${rates.join(', ')} ${scenario.counted}/s`);
  }
  await wholeAnswer(front, scenario);
  await front.stop();
  return rows(scenario, measurements);
}

function rows(scenario: Scenario, measurements: Readonly<Record<Capture, readonly Measurement[]>>): Row[] {
  const of = (capture: Capture, value: (one: Measurement) => number): number => median(measurements[capture].map(value));
  const rate = ({ rate: perSecond }: Measurement): number => perSecond;
  const perCpuSecond = ({ rate: perSecond, cpu }: Measurement): number => perSecond / cpu.front;
  // What else the machine does changes in minutes; of the two spans of a round it is almost the same.
  const inPairs = (value: (one: Measurement) => number): number =>
    median(measurements.on.flatMap((on, round) => measurements.off.slice(round, round + 1).map((off) => value(on) / value(off))));
  return [
    {
      what: `${scenario.name}, capture on`,
      measured: of('on', rate),
      unit: `${scenario.counted}/s`,
      reference: { name: 'off', measured: of('off', rate) },
    },
    {
      what: `${scenario.name}, capture on, a CPU second of the front`,
      measured: of('on', perCpuSecond),
      unit: scenario.counted,
      reference: { name: 'off', measured: of('off', perCpuSecond) },
    },
    { what: `${scenario.name}, on ÷ off of each round`, measured: inPairs(rate), unit: '', target: { measured: TARGET } },
    {
      what: `${scenario.name}, on ÷ off of each round, a CPU second of the front`,
      measured: inPairs(perCpuSecond),
      unit: '',
      target: { measured: TARGET },
    },
  ];
}
