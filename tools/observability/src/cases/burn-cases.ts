import { BURN_RATES, OBJECTIVES, SCRAPE_JOB, WINDOWS_S, type BurnRateName } from '../objectives.ts';
import { budget } from '../rules/burn-alerts.ts';
import type { AlertCases, InputSeries } from './alert-case.ts';
import { failures, streams, successes } from './chat-traffic.ts';

/** `steps` steps of traffic: `perStep` requests each, `bad` of which are bad. */
type Traffic = (perStep: number, bad: number, steps: number) => InputSeries[];

const AVAILABILITY: Traffic = (perStep, bad, steps) => [successes(perStep - bad, steps), ...failures('provider_error', '5xx', bad, steps)];

/** Requests in a step; far above the floor, whatever the step. */
const BUSY = 100_000;

/** Well above and well below what burns at the rate, and above it for the long window alone. */
function casesOf(name: BurnRateName, objective: number, traffic: Traffic): AlertCases {
  const { factor, long, short } = BURN_RATES[name];
  const limit = factor * budget(objective);
  // A tenth of the short window: enough to see it, and few enough steps of the long one.
  const stepMinutes = WINDOWS_S[short] / 600;
  const steps = WINDOWS_S[long] / 60 / stepMinutes + 2;
  const clean = 12;
  const bad = (share: number): number => Math.round(BUSY * share);
  const course = { stepMinutes, atMinutes: steps * stepMinutes };
  return {
    fires: [
      {
        ...course,
        name: 'half as much again as the rate allows',
        input: traffic(BUSY, bad(limit * 1.5), steps),
        fires: { labels: { job: SCRAPE_JOB }, value: `${Number((limit * 150).toPrecision(4))}%` },
      },
    ],
    silent: [
      { ...course, name: 'half of what the rate allows', input: traffic(BUSY, bad(limit * 0.5), steps) },
      {
        stepMinutes,
        name: 'over: the short window is clean again',
        input: traffic(BUSY, bad(limit * 3), steps).map((input) => recovered(input, steps, clean)),
        atMinutes: (steps + clean) * stepMinutes,
      },
      { ...course, name: 'too little traffic: all of one request in a step fails', input: traffic(1, 1, steps) },
    ],
  };
}

/** What failed stops growing; what succeeds goes on at full rate. */
function recovered({ series, values }: InputSeries, steps: number, more: number): InputSeries {
  const step = Number(/\+(\d+)x/.exec(values)?.[1]);
  const stays = series.includes('5xx') || series.includes('errors_total');
  return { series, values: `${values} ${step * (steps + 1)}+${stays ? 0 : BUSY}x${more - 1}` };
}

export const BURN_CASES = {
  CodexAvailabilityBurnFast: casesOf('Fast', OBJECTIVES.availability, AVAILABILITY),
  CodexAvailabilityBurnSlow: casesOf('Slow', OBJECTIVES.availability, AVAILABILITY),
  CodexAvailabilityBurnCreeping: casesOf('Creeping', OBJECTIVES.availability, AVAILABILITY),
  CodexFirstTokenBurnFast: casesOf('Fast', OBJECTIVES.firstToken, streams),
  CodexFirstTokenBurnSlow: casesOf('Slow', OBJECTIVES.firstToken, (perMinute, late, minutes) =>
    streams(perMinute, late, minutes, '10000.0'),
  ),
  CodexFirstTokenBurnCreeping: casesOf('Creeping', OBJECTIVES.firstToken, streams),
} as const;
