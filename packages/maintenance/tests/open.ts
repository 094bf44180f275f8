import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MaintenanceChange } from '@codex-proxy/contracts';
import { openMaintenance, type FileFailure, type Maintenance, type MaintenanceOptions } from '@codex-proxy/maintenance';
import { onTestFinished } from 'vitest';

export const RETRY_AFTER_S = 60;

/** A folder that goes when the running test has ended. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'maintenance-test-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** A wall clock that tests set. */
export class TestClock {
  ms = Date.UTC(2026, 10, 21, 2, 10, 3, 194);

  readonly now = (): number => this.ms;

  iso(plusSeconds = 0): string {
    return new Date(this.ms + plusSeconds * 1_000).toISOString();
  }
}

export interface Opened {
  readonly maintenance: Maintenance;
  readonly changes: MaintenanceChange[];
  readonly failures: FileFailure[];
  /** How often it was told that the file is written again. */
  readonly recoveries: () => number;
}

/** Opens it with what it reports at hand; closed when the test has ended. */
export function open(path: string, options: Partial<MaintenanceOptions> = {}): Opened {
  const changes: MaintenanceChange[] = [];
  const failures: FileFailure[] = [];
  let recoveries = 0;
  const maintenance = openMaintenance({
    path,
    initiallyOn: false,
    retryAfterSeconds: RETRY_AFTER_S,
    nowMs: Date.now,
    redactText: (text) => text,
    onChange: (change) => changes.push(change),
    onFileFailure: (failure) => failures.push(failure),
    onFileRecovery: () => void (recoveries += 1),
    ...options,
  });
  onTestFinished(async () => maintenance.close());
  return { maintenance, changes, failures, recoveries: () => recoveries };
}
