import { sumOf, valueOf, type Exposition } from '../exposition/exposition.ts';
import { takeScrape, type Scrape } from '../exposition/scrape.ts';
import { ProxyError } from '../proxy-client/errors.ts';
import { readLiveness, readMaintenance, readProbeReply, readTraceBuffer } from '../proxy-client/proxy-api.ts';
import type { ProxyClient } from '../proxy-client/proxy-client.ts';
import type { Observation, TraceBufferNumbers, Unseen } from './document.ts';
import type { LocalFolder } from './local-folder.ts';
import type { RecentRequests } from './recent-requests.ts';
import { scrapedTraffic, type ScrapeHistory } from './scraped-traffic.ts';
import { QUANTILE_WINDOW_SECONDS, ratioOf, type Counts, type Traffic, type Window } from './traffic.ts';

const TIMEOUT_MS = 5_000;
const ELSEWHERE = 'the state folder is on another machine: run codex-ops there to see its disk and its last minutes';

export interface ObserveOptions {
  readonly client: ProxyClient;
  /** The state folder; undefined where the proxy may be on another machine. */
  readonly folder: LocalFolder | undefined;
  readonly history: ScrapeHistory;
  /** Milliseconds of the epoch. */
  readonly now: () => number;
  readonly signal?: AbortSignal;
}

/** Asks for all that can be known of a proxy, at once. What cannot be seen is said, and keeps nothing else from being seen. */
export async function observe({ client, folder, history, now, signal }: ObserveOptions): Promise<Observation> {
  const unseen: Unseen[] = [];
  const options = { timeoutMs: TIMEOUT_MS, ...(signal === undefined ? {} : { signal }) };
  const see = async <T>(what: Unseen['what'], look: () => Promise<T>): Promise<T | null> => {
    try {
      return await look();
    } catch (error) {
      if (!(error instanceof ProxyError)) throw error;
      unseen.push({ what, failure: error.failure, why: error.message });
      return null;
    }
  };
  const [probe, liveness, scrape, maintenance, traces] = await Promise.all([
    see('probes', async () => readProbeReply(client, options)),
    readLiveness(client, options).catch(() => undefined),
    see('metrics', async () => takeScrape(client, options)),
    see('maintenance', async () => readMaintenance(client, options)),
    see('trace_buffer', async () => readTraceBuffer(client, options)),
  ]);
  const why = folder === undefined ? ELSEWHERE : await folder.strangeness(probe?.headers.get('x-request-id') ?? undefined);
  if (why !== undefined) unseen.push({ what: 'state_dir', failure: 'missing', why });
  // Where another server answers, nothing tells whose the folder is.
  const isForeign = unseen.some(({ what, failure }) => what === 'probes' && failure === 'foreign');
  const own = why === undefined && !isForeign ? folder : undefined;
  const [disk, recent, archivedAt] = await Promise.all([own?.disk() ?? null, own?.recentRequests(now()), own?.lastArchivedAt()]);
  if (scrape !== null) history.add(scrape);
  const exposition = scrape?.exposition;
  return {
    url: client.url,
    at: new Date(now()).toISOString(),
    liveness_failure: liveness ?? null,
    probe: probe?.body ?? null,
    worker: exposition === undefined ? null : workerOf(exposition),
    traffic: trafficOf(scrape, recent, history, now()),
    losses: exposition === undefined ? null : lossesOf(exposition),
    tool_buffer:
      exposition === undefined
        ? null
        : {
            anomaly: valueOf(exposition, 'codex_tool_buffer_anomaly') === 1,
            aborted: sumOf(exposition, 'codex_tool_buffer_aborted_total'),
          },
    maintenance: maintenance?.body ?? null,
    trace_buffer: tracesOf(traces, exposition),
    archive: exposition === undefined ? null : await archiveOf(exposition, archivedAt, own, now()),
    disk,
    process: exposition === undefined ? null : processOf(exposition, now()),
    unseen,
  };
}

function trafficOf(scrape: Scrape | null, recent: RecentRequests | undefined, history: ScrapeHistory, nowMs: number): Traffic | null {
  const scraped = scrape === null ? undefined : scrapedTraffic(scrape, history.baseline, nowMs);
  if (recent !== undefined) {
    const window: Window = { source: 'access_log', seconds: recent.seconds };
    const firstToken = recent.firstTokenMs.p50 === null ? null : recent.firstTokenMs;
    return {
      ...judged(recent.counts, window),
      // Of the same requests, so that both can be compared.
      latency_ms: recent.latencyMs.p50 === null ? null : recent.latencyMs,
      latency_window: window,
      first_token_ms: firstToken,
      first_token_window: window,
    };
  }
  if (scraped === undefined) return null;
  const { counts, window, latencyMs, firstTokenMs } = scraped;
  return {
    ...judged(counts, window),
    latency_ms: latencyMs,
    latency_window: { source: 'proxy', seconds: QUANTILE_WINDOW_SECONDS },
    first_token_ms: firstTokenMs,
    first_token_window: window,
  };
}

function judged(counts: Counts, window: Window): Counts & Pick<Traffic, 'window' | 'error_ratio' | 'per_second'> {
  return { ...counts, window, error_ratio: ratioOf(counts), per_second: counts.requests / window.seconds };
}

function workerOf(exposition: Exposition): Observation['worker'] {
  return {
    inflight: sumOf(exposition, 'codex_worker_inflight'),
    queue_depth: sumOf(exposition, 'codex_worker_queue_depth'),
    streams_active: sumOf(exposition, 'codex_streams_active'),
    restarts: sumOf(exposition, 'codex_worker_restarts_total'),
    recycles: sumOf(exposition, 'codex_worker_recycles_total'),
    rss_bytes: sumOf(exposition, 'codex_worker_rss_bytes'),
    log_db_bytes: sumOf(exposition, 'codex_worker_log_db_bytes'),
  };
}

function lossesOf(exposition: Exposition): Observation['losses'] {
  return {
    log_records: sumOf(exposition, 'codex_log_dropped_total'),
    run_events: sumOf(exposition, 'codex_run_events_dropped_total'),
    traces: sumOf(exposition, 'codex_trace_buffer_write_errors_total'),
  };
}

function tracesOf(
  state: Awaited<ReturnType<typeof readTraceBuffer>> | null,
  exposition: Exposition | undefined,
): TraceBufferNumbers | null {
  if (state !== null) return { enabled: state.enabled, entries: state.entries, max_files: state.max_files };
  if (exposition === undefined) return null;
  return { enabled: null, entries: sumOf(exposition, 'codex_trace_buffer_entries'), max_files: null };
}

/** The proxy learns of what another process has archived when it next looks; the database knows it at once, and is measured then. */
async function archiveOf(
  exposition: Exposition,
  keptAt: string | undefined,
  folder: LocalFolder | undefined,
  nowMs: number,
): Promise<Observation['archive']> {
  const toldMs = sumOf(exposition, 'codex_archive_last_success_timestamp_seconds') * 1000;
  const keptMs = keptAt === undefined ? 0 : Date.parse(keptAt);
  const atMs = keptMs > toldMs ? keptMs : toldMs;
  const isNever = atMs === 0;
  // The gauge has whole seconds.
  const measured = keptMs > toldMs + 1000 ? await folder?.agentLogsBytes() : undefined;
  return {
    agent_logs_bytes: measured ?? sumOf(exposition, 'codex_agent_logs_bytes'),
    last_success_at: isNever ? null : new Date(atMs).toISOString(),
    age_seconds: isNever ? null : Math.max(0, Math.round((nowMs - atMs) / 1000)),
  };
}

function processOf(exposition: Exposition, nowMs: number): Observation['process'] {
  const [build] = exposition.get('codex_build_info')?.samples ?? [];
  const startedAtSeconds = valueOf(exposition, 'process_start_time_seconds');
  return {
    version: build?.labels['version'] ?? 'unknown',
    codex_version: build?.labels['codex_version'] ?? 'unknown',
    uptime_seconds: startedAtSeconds === undefined ? 0 : Math.max(0, Math.round(nowMs / 1000 - startedAtSeconds)),
    rss_bytes: sumOf(exposition, 'process_resident_memory_bytes'),
  };
}
