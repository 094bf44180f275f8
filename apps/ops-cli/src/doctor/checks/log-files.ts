import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { causeOf } from '../../errors.ts';
import { formatBytes } from '../../text/duration.ts';
import { shellWord } from '../../text/shell-word.ts';
import type { Finding } from '../finding.ts';
import type { Patient } from '../patient.ts';
import { statsOf } from '../../files/walk.ts';

const MIB = 1_048_576;
const LOGS = ['access.ndjson', 'proto.ndjson', 'usage.ndjson'];
/** Above its limit by so much, nobody rotates it. */
const SLACK = 1.5;

/** Whether logs can be written and rotated. */
export function checkLogFiles({ stateDir, hasStateDir, configuration: { LOG_MAX_MB: maxMb } }: Patient): readonly Finding[] {
  if (!hasStateDir) return [];
  const findings = [stateDir, ...LOGS.map((name) => join(stateDir, name))].flatMap((path) => writableFinding(path, path === stateDir));
  const paths = LOGS.map((name) => ({ name, bytes: statsOf(join(stateDir, name))?.size }));
  for (const { name, bytes = 0 } of paths) {
    if (bytes <= SLACK * maxMb * MIB) continue;
    const advice = 'is the LOG_MAX_MB of this shell that of the proxy, and may the proxy rename in its folder?';
    findings.push({ severity: 'warning', text: `${name} takes ${formatBytes(bytes)}, and was to be rotated at ${maxMb} MB`, advice });
  }
  if (findings.length > 0) return findings;
  const told = paths.filter(({ bytes }) => bytes !== undefined).map(({ name, bytes = 0 }) => `${name} ${formatBytes(bytes)}`);
  return [{ severity: 'ok', text: `the folder can be written${told.length === 0 ? '; there are no logs yet' : `: ${told.join(', ')}`}` }];
}

function writableFinding(path: string, isFolder: boolean): readonly Finding[] {
  try {
    accessSync(path, constants.W_OK | (isFolder ? constants.X_OK : 0));
    return [];
  } catch (error) {
    if (!isFolder && causeOf(error) === 'ENOENT') return [];
    const advice = causeOf(error) === 'EROFS' ? 'mount it for writing' : `chmod u+w ${shellWord(path)}, or run the proxy as its owner`;
    return [{ severity: 'error', text: `${path} cannot be written (${causeOf(error)}): log records are lost`, advice }];
  }
}
