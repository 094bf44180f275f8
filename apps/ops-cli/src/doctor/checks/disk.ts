import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Configuration } from '@codex-proxy/proxy';
import { formatBytes } from '../../text/duration.ts';
import type { Finding } from '../finding.ts';
import type { Patient } from '../patient.ts';
import { statsOf, walk } from '../../files/walk.ts';

const KIB = 1_024;
const MIB = 1_048_576;
/** Below it, writes will soon fail. */
const SCARCE_BYTES = 256 * MIB;
const SCARCE_FILES = 1_000;
const LOGS = 3;

/** Whether what is free suffices for what the limits of the configuration still allow to grow. */
export async function checkDisk({ stateDir, configuration }: Patient): Promise<readonly Finding[]> {
  const { bavail, bsize, files, ffree } = await statfs(nearestFolder(stateDir));
  const freeBytes = bavail * bsize;
  const usedBytes = [...walk(stateDir)].reduce((sum, { stats }) => sum + (stats.isFile() ? stats.size : 0), 0);
  const growthBytes = Math.max(0, allowedBytes(configuration) - usedBytes);
  const told = `${formatBytes(freeBytes)} are free, the state folder takes ${formatBytes(usedBytes)}`;
  const findings: Finding[] = [];
  if (files > 0 && ffree < SCARCE_FILES) {
    findings.push({
      severity: 'error',
      text: `only ${ffree} more files can be made on this disk (inodes)`,
      advice: 'df -i shows it; remove files',
    });
  }
  if (freeBytes < SCARCE_BYTES) {
    const advice = 'make room: logs, traces and run events will be lost, and requests go on without them';
    findings.push({ severity: 'error', text: `the disk is nearly full: ${told}`, advice });
  } else if (freeBytes < growthBytes) {
    const advice = 'make room, or lower LOG_MAX_MB, LOG_MAX_FILES, WORKER_LOG_DB_MAX_MB or AGENT_LOGS_ARCHIVE_THRESHOLD_MB';
    findings.push({ severity: 'warning', text: `${told}, and by its limits it may grow by ${formatBytes(growthBytes)}`, advice });
  }
  if (findings.length > 0) return findings;
  return [{ severity: 'ok', text: `${told}; by its limits it may grow by ${formatBytes(growthBytes)}, and by archives` }];
}

/** Archives, whose limit is one of age, are not in it. Agent logs stand twice: while they are archived. */
function allowedBytes(configuration: Configuration): number {
  const { LOG_MAX_MB, LOG_MAX_FILES, WORKER_LOG_DB_MAX_MB, AGENT_LOGS_ARCHIVE_THRESHOLD_MB } = configuration;
  const { PROXY_TRACE_BUFFER_MAX_FILES, PROXY_TRACE_BUFFER_MAX_KB } = configuration;
  const traces = PROXY_TRACE_BUFFER_MAX_FILES * PROXY_TRACE_BUFFER_MAX_KB * KIB;
  return (LOGS * LOG_MAX_MB * LOG_MAX_FILES + WORKER_LOG_DB_MAX_MB + 2 * AGENT_LOGS_ARCHIVE_THRESHOLD_MB) * MIB + traces;
}

/** The folder itself, or the one in which it would be made. */
function nearestFolder(path: string): string {
  return statsOf(path) === undefined && dirname(path) !== path ? nearestFolder(dirname(path)) : path;
}
