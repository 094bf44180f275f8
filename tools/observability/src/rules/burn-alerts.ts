import { BURN_RATES, OBJECTIVES, TRAFFIC_FLOORS, type BurnRate, type BurnRateName, type Window } from '../objectives.ts';
import { percent } from '../promql/duration.ts';
import { recorded } from './recording-rules.ts';
import type { AlertRule } from './rule.ts';

interface ServiceLevel {
  readonly signal: 'availabilityBurn' | 'firstTokenBurn';
  readonly objective: number;
  readonly ratio: (window: Window) => string;
  readonly requests: (window: Window) => string;
  readonly what: string;
  readonly broken: string;
}

const AVAILABILITY: ServiceLevel = {
  signal: 'availabilityBurn',
  objective: OBJECTIVES.availability,
  ratio: recorded.errorRatio,
  requests: recorded.requests,
  what: 'availability',
  broken: 'of chat requests fail',
};

const FIRST_TOKEN: ServiceLevel = {
  signal: 'firstTokenBurn',
  objective: OBJECTIVES.firstToken,
  ratio: recorded.lateRatio,
  requests: recorded.streams,
  what: 'first-token',
  broken: `of streams wait more than ${OBJECTIVES.firstTokenMs / 1_000} s for their first token`,
};

/** Share of what may go wrong, written so that no binary fraction shows. */
export function budget(objective: number): number {
  return Number((1 - objective).toFixed(6));
}

function burns(name: BurnRateName, { signal, objective, ratio, requests, what, broken }: ServiceLevel): AlertRule {
  const { factor, long, short, severity, spends }: BurnRate = BURN_RATES[name];
  const limit = `${factor} * ${budget(objective)}`;
  return {
    severity,
    signal,
    expr: () => [`${ratio(long)} > ${limit}`, `${ratio(short)} > ${limit}`, `${requests(long)} >= ${TRAFFIC_FLOORS.burn}`].join('\nand\n'),
    forS: 0,
    summary: `The ${what} budget burns ${factor === 1 ? 'faster' : `${factor} times as fast`} ${factor === 1 ? 'than' : 'as'} it may`,
    description: `{{ $value | humanizePercentage }} ${broken} on {{ $labels.job }} over ${long}, and over ${short} too: ${spends}. The objective is ${percent(objective)}.`,
  };
}

export const BURN_ALERTS = {
  CodexAvailabilityBurnFast: burns('Fast', AVAILABILITY),
  CodexAvailabilityBurnSlow: burns('Slow', AVAILABILITY),
  CodexAvailabilityBurnCreeping: burns('Creeping', AVAILABILITY),
  CodexFirstTokenBurnFast: burns('Fast', FIRST_TOKEN),
  CodexFirstTokenBurnSlow: burns('Slow', FIRST_TOKEN),
  CodexFirstTokenBurnCreeping: burns('Creeping', FIRST_TOKEN),
} as const;
