import { join } from 'node:path';
import { DEGRADED_PARTS, type DegradedPart } from '@codex-proxy/contracts';
import { openMaintenance, type Maintenance } from '@codex-proxy/maintenance';
import { observeMaintenance } from '@codex-proxy/metrics';
import { openTraceBuffer, type TraceBuffer } from '@codex-proxy/trace-buffer';
import { WorkerLogDb } from '@codex-proxy/worker-log-db';
import type { Configuration } from '../config/configuration.ts';
import type { AgentLog } from '../observe/agent-log.ts';
import { createAgentLogObserver } from '../observe/agent-log-observer.ts';
import { createArchiveObserver } from '../observe/archive-observer.ts';
import { createMaintenanceObserver } from '../observe/maintenance-observer.ts';
import { createRunEventsObserver } from '../observe/run-events-observer.ts';
import { createTraceObserver } from '../observe/trace-observer.ts';
import { WallClock } from '../observe/wall-clock.ts';
import { createWorkerLogObserver } from '../observe/worker-log-observer.ts';
import { openAgentLog, openAgentLogStore } from './open-agent-log.ts';
import { openArchive, type Archive } from './open-archive.ts';
import { openRunRecord, type RunRecord } from './open-run-record.ts';
import { openState } from './open-state.ts';
import type { Secrecy } from './secrecy.ts';
import type { Telemetry } from './telemetry.ts';

const KIB = 1_024;
const MIB = 1_048_576;

/** What the proxy keeps in its state folder, besides its log files. None of them may fail a request. */
export interface Stores {
  readonly maintenance: Maintenance;
  readonly traceBuffer: TraceBuffer;
  /** Absent when runs are not kept. */
  readonly runRecord: RunRecord | undefined;
  readonly agentLog: AgentLog;
  readonly archive: Archive;
  /** The worker's own, which is kept small. */
  readonly workerLogDb: WorkerLogDb;
  /** The parts of observation that fail just now. */
  degraded(): DegradedPart[];
  close(): Promise<void>;
}

export interface StoresParts {
  readonly configuration: Configuration;
  readonly stateDir: string;
  /** Kind of model provider. */
  readonly provider: string;
  readonly secrecy: Secrecy;
  readonly telemetry: Telemetry;
  readonly monotonicMs: () => number;
}

export async function openStores(parts: StoresParts): Promise<Stores> {
  const { configuration, stateDir, provider, secrecy, telemetry, monotonicMs } = parts;
  const { logger, metrics, files } = telemetry;
  const clock = new WallClock({
    nowMs: Date.now,
    monotonicMs,
    onStep: ({ fromMs, toMs }) => {
      logger.event('clock_stepped', {
        from: new Date(fromMs).toISOString(),
        to: new Date(toMs).toISOString(),
        duration_ms: Math.round(Math.abs(toMs - fromMs)),
      });
    },
  });
  const maintenance = openMaintenance({
    path: join(stateDir, 'maintenance.json'),
    initiallyOn: configuration.PROXY_MAINTENANCE_MODE,
    retryAfterSeconds: configuration.PROXY_MAINTENANCE_RETRY_AFTER_S,
    nowMs: Date.now,
    redactText: secrecy.redactText,
    ...createMaintenanceObserver({ logger, metrics }),
  });
  observeMaintenance(metrics, maintenance.enabled);
  const workerLogDb = new WorkerLogDb({
    codexHome: join(stateDir, 'codex-home'),
    maxBytes: configuration.WORKER_LOG_DB_MAX_MB * MIB,
    ...createWorkerLogObserver({ logger, metrics }),
  });
  const traceBuffer = openTraceBuffer({
    folder: join(stateDir, 'trace-buffer'),
    enabled: configuration.PROXY_TRACE_BUFFER,
    ttlHours: configuration.PROXY_TRACE_BUFFER_TTL_HOURS,
    maxFiles: configuration.PROXY_TRACE_BUFFER_MAX_FILES,
    maxArtifactBytes: configuration.PROXY_TRACE_BUFFER_MAX_KB * KIB,
    redactor: secrecy.redactor,
    redactText: secrecy.hide,
    mayExpire: clock.isBelieved,
    ...createTraceObserver({ logger, metrics }),
  });
  const runEventsObserver = createRunEventsObserver({ logger, metrics });
  const agentLogObserver = createAgentLogObserver({ logger, metrics });
  const listeners = configuration.PROXY_RUN_EVENTS ? [runEventsObserver, agentLogObserver] : [agentLogObserver];
  const retryArchive = {
    onFailure: () => undefined,
    onRecover: () => {
      archive.retry();
    },
  };
  const stateDb = await openState(join(stateDir, 'state.sqlite'), [...listeners, retryArchive]);
  const runRecord = openRunRecord({
    configuration,
    stateDb,
    redaction: secrecy.rules,
    provider,
    observer: runEventsObserver,
    monotonicMs,
    mayPrune: clock.isBelieved,
  });
  const store = openAgentLogStore({ stateDb, secrecy, observer: agentLogObserver });
  const archive: Archive = openArchive({
    ...{ configuration, stateDir, stateDb, store, secrecy },
    observer: createArchiveObserver({ logger, metrics, monotonicMs, nowMs: Date.now }),
    mayPrune: clock.isBelieved,
  });
  const agentLog = openAgentLog({
    ...{ store, secrecy, telemetry, monotonicMs },
    observer: agentLogObserver,
    isFull: () => archive.isFull,
  });
  return {
    maintenance,
    traceBuffer,
    runRecord,
    agentLog,
    archive,
    workerLogDb,
    degraded: () => {
      const failing: Partial<Record<DegradedPart, boolean | undefined>> = {
        log_sink: files.failing(),
        worker_log_db: workerLogDb.failing,
        trace_buffer: traceBuffer.failing,
        run_events: runRecord?.failing,
        agent_logs: stateDb.failure !== undefined || archive.isFull,
        archive: archive.failing,
      };
      return DEGRADED_PARTS.filter((part) => failing[part] === true);
    },
    close: async () => {
      clock.close();
      await workerLogDb.close();
      await maintenance.close();
      await traceBuffer.close();
      runRecord?.close();
      await archive.close();
      await stateDb.close();
      agentLogObserver.close();
    },
  };
}
