import { isServiceFault } from '@codex-proxy/contracts';
import { describe, expect, it } from 'vitest';
import { parseExposition } from '../../src/exposition/exposition.ts';
import type { Observation } from '../../src/status/document.ts';
import { judge } from '../../src/status/judge.ts';
import { readRecentRequests } from '../../src/status/recent-requests.ts';
import { RULES } from '../../src/status/rules.ts';
import { ScrapeHistory, scrapedTraffic } from '../../src/status/scraped-traffic.ts';
import { statusText } from '../../src/status/status-text.ts';
import type { Traffic } from '../../src/status/traffic.ts';
import { createPaint } from '../../src/text/paint.ts';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../support/folder.ts';
import { accessRecord, ndjson } from '../support/records.ts';

const AT = '2026-11-21T02:10:03.000Z';
const PROBE = { status: 'ok', worker_state: 'ready', maintenance_mode: false } as const;

function trafficOf(requests: number, faults: number, source: Traffic['window']['source'] = 'access_log'): Traffic {
  const window = { source, seconds: 300 };
  return {
    requests,
    faults,
    by_code: faults === 0 ? {} : { provider_error: faults },
    window,
    error_ratio: requests === 0 ? null : faults / requests,
    per_second: requests / 300,
    latency_ms: { p50: 100, p95: 2_000, p99: 3_000 },
    latency_window: { source: 'proxy' as const, seconds: 300 },
    first_token_ms: { p50: 50, p95: 900, p99: null },
    first_token_window: window,
  };
}

const HEALTHY: Observation = {
  url: 'http://127.0.0.1:11435',
  at: AT,
  liveness_failure: null,
  probe: PROBE,
  worker: { inflight: 3, queue_depth: 0, streams_active: 2, restarts: 0, recycles: 1, rss_bytes: 80_000_000, log_db_bytes: 0 },
  traffic: trafficOf(1_000, 1),
  losses: { log_records: 0, run_events: 0, traces: 0 },
  tool_buffer: { anomaly: false, aborted: 0 },
  maintenance: { enabled: false, retry_after_seconds: 60 },
  trace_buffer: { enabled: true, entries: 3, max_files: 100 },
  archive: { agent_logs_bytes: 4_096, last_success_at: AT, age_seconds: 0 },
  disk: { state_dir: '/var/lib/codex-proxy', used_bytes: 1_000_000, free_bytes: 80_000_000_000 },
  process: { version: '1.2.3', codex_version: '0.169.0', uptime_seconds: 7_300, rss_bytes: 200_000_000 },
  unseen: [],
};

const unready = (
  reason: 'worker_backoff' | 'worker_starting' | 'worker_unavailable' | 'draining',
  rest: object = {},
): Partial<Observation> => ({
  probe: { ...PROBE, status: 'unready', reason, worker_state: 'backoff', ...rest },
});
const degraded = (part: 'trace_buffer' | 'run_events' | 'agent_logs' | 'log_sink' | 'archive' | 'worker_log_db'): Partial<Observation> => ({
  probe: { ...PROBE, status: 'degraded', degraded: [part] },
});

/** For each rule what makes it apply, and the verdict then. */
const CASES: readonly [id: string, seen: Partial<Observation>, verdict: string, sentence: RegExp][] = [
  ['process_failed', { liveness_failure: 'uncaught' }, 'unhealthy', /^the proxy has failed within itself \(uncaught\)$/],
  [
    'worker_unavailable',
    unready('worker_unavailable', { last_exit_code: 1, restart_streak: 5 }),
    'unhealthy',
    /cannot be started \(it ended with exit code 1, 5 times in a row\)/,
  ],
  [
    'worker_backoff',
    unready('worker_backoff', { last_exit_code: 7, restart_streak: 3, backoff_ms: 1_000 }),
    'unhealthy',
    /^the worker ended with exit code 7, 3 times in a row; the next start is in 1\.00 s at most$/,
  ],
  ['worker_starting', unready('worker_starting', { worker_state: 'handshake' }), 'unhealthy', /has not answered its handshake yet/],
  ['draining', unready('draining'), 'unhealthy', /shutting down/],
  ['most_requests_fail', { traffic: trafficOf(4, 4) }, 'unhealthy', /^all 4 requests of the last 5 min failed with provider_error$/],
  [
    'maintenance',
    {
      probe: { ...PROBE, maintenance_mode: true },
      maintenance: { enabled: true, reason: 'new disk', author: 'ann', retry_after_seconds: 60 },
    },
    'maintenance',
    /^ann switched maintenance mode on \(new disk\): requests get 503$/,
  ],
  ['requests_fail', { traffic: trafficOf(200, 6) }, 'degraded', /^6 of 200 requests of the last 5 min failed with provider_error$/],
  [
    'restart_streak',
    { probe: { ...PROBE, restart_streak: 2, last_exit_code: null } },
    'degraded',
    /^the worker was ended by a signal, 2 times in a row/,
  ],
  ['degraded_trace_buffer', degraded('trace_buffer'), 'degraded', /traces cannot be written/],
  ['degraded_run_events', degraded('run_events'), 'degraded', /run events/],
  ['degraded_agent_logs', degraded('agent_logs'), 'degraded', /agent logs are not kept/],
  ['degraded_log_sink', degraded('log_sink'), 'degraded', /log file/],
  ['degraded_archive', degraded('archive'), 'degraded', /archived/],
  ['degraded_worker_log_db', degraded('worker_log_db'), 'degraded', /log database/],
  ['tool_buffer_anomaly', { tool_buffer: { anomaly: true, aborted: 1 } }, 'degraded', /textual tool call/],
  ['disk_scarce', { disk: { state_dir: '/s', used_bytes: 1, free_bytes: 1_000_000 } }, 'degraded', /^only 1\.0 MB are free for \/s$/],
  [
    'queue',
    { worker: { inflight: 32, queue_depth: 4, streams_active: 2, restarts: 0, recycles: 1, rss_bytes: 1, log_db_bytes: 0 } },
    'healthy',
    /^a worker is ready to serve; see the note below$/,
  ],
  ['some_requests_failed', { traffic: trafficOf(4, 1) }, 'healthy', /see the note below/],
  ['losses', { losses: { log_records: 1, run_events: 2, traces: 0 } }, 'healthy', /see the note below/],
  [
    'archive_due',
    { archive: { agent_logs_bytes: 200_000_000, last_success_at: null, age_seconds: null } },
    'healthy',
    /see the note below/,
  ],
];

describe('the verdict', () => {
  it('is healthy where nothing is found', () => {
    expect(judge(HEALTHY)).toMatchObject({
      verdict: 'healthy',
      sentence: 'a worker is ready to serve, and nothing is wrong',
      findings: [],
    });
  });

  it.each(CASES)('of %s', (id, seen, verdict, sentence) => {
    const status = judge({ ...HEALTHY, ...seen });
    expect(status.findings.map((finding) => finding.id)).toEqual([id]);
    expect(status).toMatchObject({ verdict, sentence: expect.stringMatching(sentence) });
    expect(status.findings[0]?.next).not.toBe('');
  });

  it('has a case for every rule', () => expect(CASES.map(([id]) => id).toSorted()).toEqual(RULES.map(({ id }) => id).toSorted()));

  it('is that of the gravest finding', () => {
    const all: Observation = {
      ...HEALTHY,
      ...degraded('archive'),
      traffic: trafficOf(10, 9),
      losses: { log_records: 1, run_events: 0, traces: 0 },
    };
    const { verdict, findings } = judge(all);
    expect([verdict, ...findings.map(({ id }) => id)]).toEqual(['unhealthy', 'most_requests_fail', 'degraded_archive', 'losses']);
  });

  it.each([
    // requests, faults, verdict
    [11, 3, 'degraded'],
    [5, 3, 'unhealthy'],
    [8, 4, 'unhealthy'],
    [7, 3, 'degraded'],
    [59, 3, 'degraded'],
    [60, 2, 'degraded'],
    [60, 1, 'healthy'],
    [200, 3, 'healthy'],
    [4, 2, 'healthy'],
    [59, 2, 'healthy'],
    [3, 3, 'unhealthy'],
    [1, 1, 'healthy'],
  ])('of %i requests of which %i failed is %s', (requests, faults, verdict) => {
    const { findings, ...status } = judge({ ...HEALTHY, traffic: trafficOf(requests, faults) });
    expect(status.verdict).toBe(verdict);
    expect(findings.length).toBe(faults / requests < 0.02 ? 0 : 1);
  });

  it('judges by what happened since the start only while that was a moment ago', () => {
    const since = (seconds: number): Traffic => {
      const traffic = trafficOf(100, 90, 'since_start');
      return { ...traffic, window: { ...traffic.window, seconds } };
    };
    expect(judge({ ...HEALTHY, traffic: since(600) }).verdict).toBe('unhealthy');
    const { verdict, findings } = judge({ ...HEALTHY, traffic: since(7_300) });
    expect([verdict, findings[0]?.text]).toEqual([
      'healthy',
      '90 of 100 requests since the proxy started, 2 h ago, failed with provider_error',
    ]);
    expect(findings[0]?.next).toMatch(/^codex-ops status --watch tells whether it goes on/);
  });

  it('names every code that requests failed with, and what lists those requests', () => {
    const traffic = { ...trafficOf(11, 4), by_code: { provider_error: 2, queue_full: 2 } };
    expect(judge({ ...HEALTHY, traffic })).toMatchObject({
      verdict: 'degraded',
      sentence: '4 of 11 requests of the last 5 min failed: provider_error 2, queue_full 2',
      findings: [{ next: expect.stringMatching(/^codex-ops logs --file access --code provider_error,queue_full --since 5m lists them/) }],
    });
  });

  it('is unhealthy where there is no answer, with what is known without it', () => {
    const unseen = [{ what: 'probes', failure: 'refused', why: 'nothing listens at http://a' }] as const;
    const status = judge({ ...HEALTHY, probe: null, worker: null, losses: null, tool_buffer: null, process: null, unseen });
    expect(status).toMatchObject({ verdict: 'unhealthy', sentence: 'nothing listens at http://a' });
    const shown = statusText(status, { paint: createPaint(false), columns: 80 });
    expect(shown).toContain('free');
    expect(shown).not.toContain('?');
  });

  it('says that not all was seen, and what it takes', () => {
    const why = 'this needs the admin token: set PROXY_ADMIN_TOKEN';
    const unseen = (['maintenance', 'trace_buffer'] as const).map((what) => ({ what, failure: 'no_token' as const, why }));
    const status = judge({ ...HEALTHY, maintenance: null, unseen });
    expect(status).toMatchObject({ verdict: 'healthy', sentence: 'a worker is ready to serve; not all could be seen' });
    expect(statusText(status, { paint: createPaint(false), columns: 200 })).toContain(`\n? maintenance, trace buffer: ${why}\n`);
  });
});

describe('the screen', () => {
  it('has no colon for a reason that is empty', () => {
    const maintenance = { enabled: true, reason: '', since: AT, retry_after_seconds: 60 };
    const text = statusText(judge({ ...HEALTHY, probe: { ...PROBE, maintenance_mode: true }, maintenance }), {
      paint: createPaint(false),
      columns: 200,
    });
    expect(text).toMatch(/^MAINTENANCE — maintenance mode is on: requests get 503\n/);
    expect(text).toContain(`on since ${AT} (0 s); until it is switched off`);
  });

  it.each([50, 60, 80, 100, 120, 160, 240])('fits %i columns, with colour or without', (columns) => {
    const status = judge({ ...HEALTHY, ...degraded('archive'), traffic: trafficOf(200, 60) });
    const plain = statusText(status, { paint: createPaint(false), columns });
    const painted = statusText(status, { paint: createPaint(true), columns });
    expect(painted.replaceAll(/\u001b\[\d+m/g, '')).toBe(plain);
    expect(painted).toContain('\u001b[');
    for (const line of plain.split('\n')) expect(line.length, line).toBeLessThanOrEqual(columns);
  });

  it('says first what it is, then what to do, then where', () => {
    const seen = { ...HEALTHY, ...unready('draining'), losses: { log_records: 1, run_events: 0, traces: 0 } };
    const lines = statusText(judge(seen), { paint: createPaint(false), columns: 200 }).split('\n');
    expect(lines.slice(0, 4)).toEqual([
      expect.stringMatching(/^UNHEALTHY — the proxy is shutting down/),
      expect.stringMatching(/^→ if nobody wanted that/),
      expect.stringMatching(/^http:\/\//),
      expect.stringMatching(/^· since the proxy started, 1 log record/),
    ]);
  });

  it('counts what waits and what is served in words that agree', () => {
    const worker = { inflight: 1, queue_depth: 1, streams_active: 0, restarts: 0, recycles: 0, rss_bytes: 1, log_db_bytes: 0 };
    expect(judge({ ...HEALTHY, worker }).findings[0]?.text).toBe('1 request waits for a worker slot; 1 is served');
    expect(judge({ ...HEALTHY, worker: { ...worker, inflight: 2, queue_depth: 3 } }).findings[0]?.text).toBe(
      '3 requests wait for a worker slot; 2 are served',
    );
  });

  it('shows what operators wrote without obeying it', () => {
    const maintenance = { enabled: true, reason: 'a\u001b[2Jb', retry_after_seconds: 60 };
    const shown = statusText(judge({ ...HEALTHY, probe: { ...PROBE, maintenance_mode: true }, maintenance }), {
      paint: createPaint(false),
      columns: 200,
    });
    expect(shown).not.toContain('\u001b');
    expect(shown).toContain(String.raw`a\u001b[2Jb`);
  });
});

it('says of turns that they are those of now, and of every latency over what it is', () => {
  const textOf = (seen: Observation): string => statusText(judge(seen), { paint: createPaint(false), columns: 100 });
  expect(textOf(HEALTHY)).toMatch(/turns +3 running now, 0 waiting, 2 streaming\n/);
  const traffic = { ...trafficOf(10, 0, 'since_start'), window: { source: 'since_start', seconds: 7_300 } as const };
  expect(textOf({ ...HEALTHY, traffic: { ...traffic, first_token_window: traffic.window } })).toMatch(
    /latency +p50 100 ms, .* \(5 min\)\n +1st token +p50 50.0 ms, .* \(since start\)\n/,
  );
});

describe('traffic', () => {
  const scrapeText = (good: number, bad: number, refused: number, startedAt = 100): string => `# TYPE codex_http_requests_total counter
codex_http_requests_total{route="/v1/chat/completions",method="POST",status_family="2xx"} ${good}
codex_http_requests_total{route="/v1/chat/completions",method="POST",status_family="5xx"} ${bad + refused}
codex_http_requests_total{route="/readyz",method="GET",status_family="5xx"} 7
# TYPE codex_http_errors_total counter
codex_http_errors_total{route="/v1/chat/completions",method="POST",error_code="provider_error"} ${bad}
codex_http_errors_total{route="/v1/chat/completions",method="POST",error_code="maintenance"} ${refused}
codex_http_errors_total{route="/v1/chat/completions",method="POST",error_code="client_closed"} 3
# TYPE process_start_time_seconds gauge
process_start_time_seconds ${startedAt}
`;
  const scrape = (
    atMs: number,
    ...counts: [number, number, number, number?]
  ): { atMs: number; exposition: NonNullable<ReturnType<typeof parseExposition>> } => ({
    atMs,
    exposition: parseExposition(scrapeText(...counts)) ?? new Map(),
  });

  it('counts faults of the service alone, since the start', () => {
    expect(scrapedTraffic(scrape(0, 8, 2, 5), undefined, 160_000)).toMatchObject({
      counts: { requests: 10, faults: 2, by_code: { provider_error: 2 } },
      window: { source: 'since_start', seconds: 60 },
    });
  });

  it('or since one began to watch, five minutes at most, and not over a restart', () => {
    const history = new ScrapeHistory();
    history.add(scrape(0, 8, 2, 5));
    history.add(scrape(5_000, 8, 2, 5));
    expect(history.baseline).toBeUndefined();
    const last = scrape(100_000, 18, 3, 5);
    history.add(last);
    expect(scrapedTraffic(last, history.baseline, 0)).toMatchObject({
      counts: { requests: 11, faults: 1, by_code: { provider_error: 1 } },
      window: { source: 'watched', seconds: 100 },
    });
    history.add(scrape(302_000, 18, 3, 5));
    expect(history.baseline?.atMs).toBe(5_000);
    history.add(scrape(303_000, 1, 0, 0, 200));
    expect(history.baseline).toBeUndefined();
  });

  it('is that of the last five minutes where the access log is at hand', async () => {
    const folder = temporaryFolder();
    const nowMs = Date.UTC(2026, 10, 21, 2, 30);
    const at = (agoSeconds: number, rest: object = {}): object => ({
      ...accessRecord('req_1', { ttft_ms: 10, ...rest }),
      timestamp: new Date(nowMs - agoSeconds * 1000).toISOString(),
    });
    const records = [
      at(400, { status: 502, outcome: 'failed', error_code: 'provider_error' }),
      at(200),
      at(150, { ttft_ms: 30 }),
      at(100, { status: 502, outcome: 'failed', error_code: 'provider_error', latency_ms: 5_000 }),
      at(90, { status: 503, outcome: 'refused', error_code: 'maintenance' }),
      at(80, { status: 401, outcome: 'refused', error_code: 'invalid_api_key' }),
      at(70, { status: 499, outcome: 'client_closed' }),
      at(60, { route: '/readyz' }),
    ];
    writeFileSync(join(folder, 'access.ndjson'), `${ndjson(records.map((record) => ({ ...record })))}{"half`);
    const recent = await readRecentRequests(folder, nowMs);
    expect(recent).toMatchObject({ counts: { requests: 3, faults: 1, by_code: { provider_error: 1 } }, seconds: 300 });
    expect(recent?.latencyMs).toEqual({ p50: 100, p95: 5_000, p99: 5_000 });
    expect(await readRecentRequests(join(folder, 'none'), nowMs)).toBeUndefined();
    writeFileSync(join(folder, 'access.ndjson'), ndjson([{ ...at(20) }]));
    expect(await readRecentRequests(folder, nowMs)).toMatchObject({ seconds: 20, firstTokenMs: { p50: 10, p95: 10, p99: 10 } });
  });

  it.each([
    ['provider_error', true],
    ['queue_full', true],
    ['maintenance', false],
    ['invalid_request', false],
    ['client_closed', false],
    ['toString', false],
  ])('%s is a fault of the service: %j', (code, isFault) => expect(isServiceFault(code)).toBe(isFault));
});
