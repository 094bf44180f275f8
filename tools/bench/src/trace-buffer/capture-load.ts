import { randomBytes } from 'node:crypto';
import type { BenchmarkContext } from '../benchmark.ts';
import { startProxyFront } from '../front/proxy-front.ts';
import { childWithArgument } from '../process/proc.ts';
import { load, measure, wholeAnswer, type Measurement } from '../proxy-load/measurement.ts';
import { MODEL, scenarioWorker, type Scenario } from '../proxy-load/scenario.ts';
import { numberText } from '../report/number-text.ts';
import type { Row } from '../report/row.ts';
import { median, percentile } from '../statistics/percentile.ts';
import { inTurns, switchCapture } from './switched.ts';

const WARM_UP_S = 4;
/** Time for the burst that follows a switch. */
const SETTLE_S = 1;
const MEASURED_S = 1;
const ROUNDS_A_REPETITION = 8;
/** Who shares the machine only ever makes an answer dearer: the best fifth of the spans is what capture itself costs. */
const BEST = 0.8;
/** Capture may cost two in a hundred. */
const TARGET = { op: '≥', value: 0.98 } as const;

/** A round measures once with capture and twice without: what the two without differ by is what the machine makes of any two spans. */
const SPANS = ['off', 'on', 'off again'] as const;
type Span = (typeof SPANS)[number];

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
  const measurements: Record<Span, Measurement[]> = { off: [], on: [], 'off again': [] };
  for (let round = 0; round < context.options.repetitions * ROUNDS_A_REPETITION; round += 1) {
    // Each comes first, in the middle and last as often as the others.
    for (let place = 0; place < SPANS.length; place += 1) {
      const span = SPANS[(round + place) % SPANS.length] ?? 'off';
      await switchCapture(front, adminToken, span === 'on' ? 'on' : 'off');
      await load(front, scenario, SETTLE_S);
      measurements[span].push(await measure(front, scenario, { seconds: MEASURED_S, bytesPerAnswer, workerPid }));
    }
    const rates = SPANS.map((span) => `${span} ${numberText(measurements[span].at(-1)?.rate ?? Number.NaN)}`);
    context.say(`${scenario.name}, round ${round + 1}: capture ${rates.join(', ')} ${scenario.counted}/s`);
  }
  await wholeAnswer(front, scenario);
  await front.stop();
  return rows(scenario, measurements);
}

function rows(scenario: Scenario, measurements: Readonly<Record<Span, readonly Measurement[]>>): Row[] {
  const of = (span: Span, value: (one: Measurement) => number): number => median(measurements[span].map(value));
  const rate = ({ rate: perSecond }: Measurement): number => perSecond;
  const perCpuSecond = ({ rate: perSecond, cpu }: Measurement): number => perSecond / cpu.front;
  // What else the machine does changes in minutes; of the spans of a round it is almost the same.
  const inRounds = (span: Span, value: (one: Measurement) => number): number => {
    const ratios = measurements[span].flatMap((one, round) => {
      const others = SPANS.filter((other) => other !== span && other !== 'on').flatMap((other) =>
        measurements[other].slice(round, round + 1),
      );
      return others.map((other) => value(one) / value(other));
    });
    return median(ratios);
  };
  const best = (span: Span): number => percentile(measurements[span].map(perCpuSecond), BEST);
  const noise = { name: 'off again ÷ off' };
  return [
    {
      what: `${scenario.name}, capture on`,
      measured: of('on', rate),
      unit: `${scenario.counted}/s`,
      reference: { name: 'off', measured: of('off', rate) },
    },
    {
      what: `${scenario.name}, capture on, a CPU second of the front, best fifth`,
      measured: best('on'),
      unit: scenario.counted,
      reference: { name: 'off', measured: (best('off') + best('off again')) / 2 },
      target: { ratio: TARGET },
    },
    {
      what: `${scenario.name}, on ÷ off of each round`,
      measured: inRounds('on', rate),
      unit: '',
      reference: { ...noise, measured: inRounds('off again', rate) },
      target: { measured: TARGET },
    },
    {
      what: `${scenario.name}, on ÷ off of each round, a CPU second of the front`,
      measured: inRounds('on', perCpuSecond),
      unit: '',
      reference: { ...noise, measured: inRounds('off again', perCpuSecond) },
      target: { measured: TARGET },
    },
  ];
}
