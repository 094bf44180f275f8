import { SCRAPE_JOB } from '../objectives.ts';
import { nothing, steady, TARGET, type AlertCases } from './alert-case.ts';
import { failures, p95, successes } from './chat-traffic.ts';

const job = { job: SCRAPE_JOB };
/** Four hours at 1,000 ms, which are the baseline, and what follows. */
const usual = (then: string): string => `${steady(1_000, 240)} ${then}`;
const BUSY = 60;

export const REQUEST_CASES = {
  CodexLatencyP95AboveBaseline: {
    fires: [
      {
        name: '6 % above the baseline, three minutes long',
        input: [p95(usual(steady(1_060, 20))), successes(BUSY, 260)],
        atMinutes: 245,
        fires: { labels: job, value: '1060' },
      },
      {
        name: 'still, when it has lasted for forty minutes: the last hour is not part of the baseline',
        input: [p95(usual(steady(2_000, 60))), successes(BUSY, 300)],
        atMinutes: 281,
        fires: { labels: job, value: '2000' },
      },
    ],
    silent: [
      { name: '4 % above the baseline', input: [p95(usual(steady(1_040, 20))), successes(BUSY, 260)], atMinutes: 255 },
      {
        name: 'two minutes above the baseline',
        input: [p95(usual(`${steady(2_000, 1)} ${steady(1_000, 20)}`)), successes(BUSY, 260)],
        atMinutes: 244,
      },
      { name: 'hardly any traffic', input: [p95(usual(steady(2_000, 20))), successes(5, 260)], atMinutes: 255 },
      {
        name: 'a proxy without a past',
        input: [p95(`${steady(1_000, 20)} ${steady(3_000, 20)}`), successes(BUSY, 40)],
        atMinutes: 35,
      },
      {
        name: 'nights without requests leave no trace in the baseline',
        input: [p95(`${nothing(120)} ${steady(1_000, 240)} ${nothing(30)} ${steady(1_040, 20)}`), successes(BUSY, 420)],
        atMinutes: 405,
      },
    ],
  },
  CodexErrorRatioHigh: {
    fires: [
      {
        name: '5 % of a busy service',
        input: [successes(95, 20), ...failures('provider_error', '5xx', 5, 20)],
        atMinutes: 10,
        fires: { labels: job, value: '5%' },
      },
      {
        name: 'exactly 2 %',
        input: [successes(98, 20), ...failures('worker_exited', '5xx', 2, 20)],
        atMinutes: 10,
        fires: { labels: job, value: '2%' },
      },
      {
        name: 'everything fails, since the start',
        input: failures('worker_not_ready', '5xx', 60, 20),
        atMinutes: 10,
        fires: { labels: job, value: '100%' },
      },
      {
        name: 'overload, although its status is 429',
        input: [successes(90, 20), ...failures('queue_full', '4xx', 10, 20)],
        atMinutes: 10,
        fires: { labels: job, value: '10%' },
      },
    ],
    silent: [
      { name: '1 % fails', input: [successes(99, 20), ...failures('provider_error', '5xx', 1, 20)], atMinutes: 10 },
      {
        name: 'half of the clients leave',
        input: [successes(50, 20), ...failures('client_closed', '4xx', 50, 20)],
        atMinutes: 10,
      },
      { name: 'maintenance refuses all', input: failures('maintenance', '5xx', 100, 20), atMinutes: 10 },
      {
        name: 'a client with a wrong key floods',
        input: [successes(60, 20), ...failures('invalid_api_key', '4xx', 5_000, 20)],
        atMinutes: 10,
      },
      {
        name: 'wrong keys do not hide that the others are served',
        input: [successes(100, 20), ...failures('invalid_api_key', '4xx', 900, 20), ...failures('internal_error', '5xx', 1, 20)],
        atMinutes: 10,
      },
      { name: 'too little traffic to tell', input: [successes(2, 20), ...failures('provider_error', '5xx', 1, 20)], atMinutes: 10 },
      { name: 'no requests at all', input: [successes(0, 20)], atMinutes: 10 },
    ],
  },
  CodexNoRequestSucceeds: {
    fires: [
      {
        name: 'one request a minute, all of which fail',
        input: failures('provider_error', '5xx', 1, 20),
        atMinutes: 15,
        fires: { labels: job, value: '10' },
      },
      {
        name: 'successes of an hour ago are no comfort',
        input: [{ series: successes(0, 0).series, values: `0+5x30 ${steady(150, 90)}` }, ...failures('worker_timeout', '5xx', 1, 120)],
        atMinutes: 100,
        fires: { labels: job, value: '10' },
      },
    ],
    silent: [
      { name: 'some succeed', input: [successes(1, 20), ...failures('provider_error', '5xx', 3, 20)], atMinutes: 15 },
      { name: 'only refusals for maintenance', input: failures('maintenance', '5xx', 10, 20), atMinutes: 15 },
      { name: 'only requests that are wrong', input: failures('invalid_request', '4xx', 10, 20), atMinutes: 15 },
    ],
  },
  CodexProxyDown: {
    fires: [
      {
        name: 'a target that does not answer',
        input: [{ series: `up{job="${TARGET.job}", instance="${TARGET.instance}"}`, values: '1x5 0x10' }],
        atMinutes: 9,
        fires: { labels: TARGET },
      },
      { name: 'no target at all', input: [], atMinutes: 5, fires: { labels: job } },
    ],
    silent: [
      {
        name: 'one missed scrape',
        input: [{ series: `up{job="${TARGET.job}", instance="${TARGET.instance}"}`, values: '1x5 0 1x10' }],
        atMinutes: 8,
      },
    ],
  },
} as const satisfies Record<string, AlertCases>;
