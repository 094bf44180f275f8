import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { traceArtifactSchema, type RpcFrame, type TraceArtifact, type TracePrune } from '@codex-proxy/contracts';
import { createRedactor } from '@codex-proxy/redaction';
import {
  openTraceBuffer,
  type TraceBuffer,
  type TraceBufferOptions,
  type TraceCapture,
  type TraceOperation,
  type TraceToggle,
} from '@codex-proxy/trace-buffer';
import { onTestFinished } from 'vitest';

export const NOON = Date.UTC(2026, 10, 21, 12);
export const HOUR = 3_600_000;

export interface Reports {
  readonly prunes: TracePrune[];
  readonly toggles: TraceToggle[];
  readonly failures: { readonly operation: TraceOperation; readonly error: Error }[];
  readonly recoveries: { readonly operation: TraceOperation; readonly lostCount: number }[];
  readonly entries: number[];
  writeErrors: number;
}

export interface Rig {
  readonly buffer: TraceBuffer;
  readonly folder: string;
  readonly reports: Reports;
  /** What the buffer takes for the time. */
  readonly clock: { nowMs: number };
  /** Names in the folder, in order. */
  names(): string[];
}

/** A folder that goes with the test. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'trace-buffer-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

const redactor = createRedactor();

/** An open buffer on real files, that writes as fast as it can. Its clock stands at noon. */
export function openRig(options: Partial<TraceBufferOptions> = {}): Rig {
  const folder = options.folder ?? join(makeFolder(), 'trace-buffer');
  const clock = { nowMs: NOON };
  const reports: Reports = { prunes: [], toggles: [], failures: [], recoveries: [], entries: [], writeErrors: 0 };
  const buffer = openTraceBuffer({
    enabled: true,
    redactor,
    nowMs: () => clock.nowMs,
    onPrune: (prune) => reports.prunes.push(prune),
    onToggle: (toggle) => reports.toggles.push(toggle),
    onEntries: (count) => reports.entries.push(count),
    onWriteError: () => {
      reports.writeErrors += 1;
    },
    onFailure: (failure) => reports.failures.push(failure),
    onRecover: (recovery) => reports.recoveries.push(recovery),
    pace: { perSecond: 1_000_000 },
    ...options,
    folder,
  });
  onTestFinished(async () => buffer.close());
  return { buffer, folder, reports, clock, names: () => readdirSync(folder).sort() };
}

/** Waits until all is written and swept, and closes it: what was pruned is reported. */
export async function settle({ buffer }: Rig): Promise<void> {
  await buffer.flush();
  await buffer.close();
}

/** What was pruned for a reason, over all reports. */
export function pruned({ reports }: Rig, reason: TracePrune['reason']): number {
  return reports.prunes.filter((prune) => prune.reason === reason).reduce((sum, { count }) => sum + count, 0);
}

export function frame(fields: Partial<RpcFrame> = {}): RpcFrame {
  return { type: 'rpc_request', direction: 'to_worker', method: 'turn/start', id: 1, atMs: 1_000, bytes: 100, ...fields };
}

export function capture(requestId: string, fields: Partial<TraceCapture> = {}): TraceCapture {
  return {
    requestId,
    runId: requestId,
    model: 'm-1',
    outcome: 'completed',
    durationMs: 12.5,
    endedAtMs: NOON,
    frames: [frame({ payload: {} })],
    ...fields,
  };
}

/** Records and waits until it is written. @returns the artifact as it is on disk. */
export async function written(rig: Rig, trace: TraceCapture): Promise<TraceArtifact> {
  rig.buffer.record(trace);
  await rig.buffer.flush();
  const name = rig.names().find((candidate) => candidate.endsWith(`-${trace.requestId}.json`)) ?? '';
  return traceArtifactSchema.parse(JSON.parse(readFileSync(join(rig.folder, name), 'utf8')));
}

/** Puts a file there as another process would have left it. */
export function leave(folder: string, name: string, { atMs = NOON, text = '{}' }: { atMs?: number; text?: string } = {}): void {
  writeFileSync(join(folder, name), text);
  utimesSync(join(folder, name), atMs / 1_000, atMs / 1_000);
}

/** Name of an artifact that ended at a time. */
export function nameAt(atMs: number, requestId: string): string {
  return `${new Date(atMs).toISOString().replaceAll(/[-:]/g, '')}-${requestId}.json`;
}
