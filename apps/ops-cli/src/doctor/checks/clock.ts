import { statSync } from 'node:fs';
import { join } from 'node:path';
import { timeAt } from '../../json/record.ts';
import { formatMs } from '../../text/duration.ts';
import type { Finding } from '../finding.ts';
import { lastRecord } from '../last-record.ts';
import type { Patient } from '../patient.ts';

/** A `Date` header counts in seconds, and an answer takes its time. */
const MOST_SKEW_MS = 2_500;
/** A file is older than its machine's clock, unless that was set back; archives of files are packed in other zones. */
const MOST_LEAD_MS = 86_400_000;
const LOGS = ['access.ndjson', 'proto.ndjson', 'usage.ndjson'];
const SET_IT = 'set the clock, and let it be kept: timedatectl set-ntp true';

/** Ages, retention and expiry go by the clock: one that was set back, or differs from the server's, makes them wrong. */
export function checkClock({ answer, stateDir, nowMs }: Patient): readonly Finding[] {
  const findings: Finding[] = [];
  const newestMs = Math.max(...LOGS.map((name) => timeAt(lastRecord(join(stateDir, name)), 'timestamp') ?? Number.NEGATIVE_INFINITY));
  if (newestMs - nowMs > MOST_SKEW_MS) {
    findings.push({
      severity: 'warning',
      text: `the newest log record is ${formatMs(newestMs - nowMs)} ahead of the clock: it was set back`,
      advice: SET_IT,
    });
  }
  const madeMs = statSync(import.meta.filename).mtimeMs;
  if (madeMs - nowMs > MOST_LEAD_MS) {
    findings.push({
      severity: 'error',
      text: `the clock says ${new Date(nowMs).toISOString()}, before this program was installed`,
      advice: SET_IT,
    });
  }
  const skewMs = answer.kind === 'proxy' && answer.dateMs !== undefined ? answer.askedAtMs - answer.dateMs : undefined;
  if (skewMs !== undefined && (skewMs < -MOST_SKEW_MS / 2 || skewMs > MOST_SKEW_MS)) {
    const text = `the clock differs from that of the proxy by ${formatMs(Math.abs(skewMs))}`;
    findings.push({ severity: 'warning', text, advice: `${SET_IT}, on both machines` });
  }
  if (findings.length > 0) return findings;
  const compared = [...(skewMs === undefined ? [] : ['the proxy']), ...(Number.isFinite(newestMs) ? ['the newest log record'] : [])];
  const what = compared.length === 0 ? 'there is nothing to compare it with' : `it agrees with ${compared.join(' and ')}`;
  return [{ severity: 'ok', text: `${new Date(nowMs).toISOString()}; ${what}` }];
}
