import { SERVICE_THRESHOLDS } from '@codex-proxy/contracts';
import { counted, formatAge, formatCount } from '../text/number.ts';
import type { Finding, Observation } from './document.ts';
import type { Traffic } from './traffic.ts';

const { errorRatio, errorRatioRequests, fewRequests, fewRequestsFailures, failuresAlone, failuresAloneS, downRatio } = SERVICE_THRESHOLDS;
const MOST_NAMED = 3;

export type FailureGrade = Exclude<Finding['severity'], 'maintenance'>;

/**
 * How grave it is that requests fail. `unhealthy`: at least half of them do, three or more. `degraded`: at least 2 % do, with the traffic that
 * the alert for it asks for, or at least three of five or more. `note`: with too little traffic to say more. Undefined: fewer do.
 */
export function failureGrade(traffic: Traffic): FailureGrade | undefined {
  const { requests, faults } = traffic;
  const ratio = traffic.error_ratio ?? 0;
  if (faults === 0 || ratio < errorRatio) return undefined;
  if (!isAboutNow(traffic)) return 'note';
  if (faults >= failuresAlone && ratio >= downRatio) return 'unhealthy';
  const isEnough = requests >= errorRatioRequests || (requests >= fewRequests && faults >= fewRequestsFailures);
  return isEnough ? 'degraded' : 'note';
}

/** A ratio since the start says nothing about now, unless that was a moment ago. */
function isAboutNow({ window: { source, seconds } }: Traffic): boolean {
  return source !== 'since_start' || seconds <= failuresAloneS;
}

/** How many failed, where that is as grave. */
export function failureText({ traffic }: Observation, grade: FailureGrade): string | undefined {
  return traffic !== null && failureGrade(traffic) === grade ? sentenceOf(traffic) : undefined;
}

/** `3 of 11 requests of the last 5 min failed: queue_full 2, provider_error 1`. */
function sentenceOf({ requests, faults, by_code: codes, window }: Traffic): string {
  const named = Object.entries(codes).toSorted(([, a], [, b]) => b - a);
  const [only] = named;
  const more = named.length > MOST_NAMED ? `, ${counted(named.length - MOST_NAMED, 'other code')}` : '';
  const list = named.slice(0, MOST_NAMED).map(([code, count]) => `${code} ${formatCount(count)}`);
  const cause = only === undefined ? '' : named.length === 1 ? ` with ${only[0]}` : `: ${list.join(', ')}${more}`;
  const share =
    faults === requests
      ? requests === 1
        ? 'the one request'
        : `all ${counted(requests, 'request')}`
      : `${formatCount(faults)} of ${counted(requests, 'request')}`;
  const since =
    window.source === 'since_start'
      ? `since the proxy started, ${formatAge(window.seconds)} ago,`
      : `of the last ${formatAge(window.seconds)}`;
  return `${share} ${since} failed${cause}`;
}

/** What lists those very requests: a request that was refused has no run, and not every run that failed counts. */
export function whereFailuresAre({ traffic }: Observation): string {
  const codes = Object.keys(traffic?.by_code ?? {}).join(',');
  const lists = `codex-ops logs --file access --code ${codes}`;
  const why = 'codex-ops trace --req-id ID tells why one failed';
  if (traffic?.window.source === 'access_log') return `${lists} --since ${Math.ceil(traffic.window.seconds / 60)}m lists them; ${why}`;
  const isNow = traffic !== null && isAboutNow(traffic);
  return `${isNow ? '' : 'codex-ops status --watch tells whether it goes on; '}on the machine of the proxy, ${lists} lists them, and ${why}`;
}
