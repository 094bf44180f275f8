import type { Finding, Observation, StatusDocument, Verdict } from './document.ts';
import { RULES } from './rules.ts';

const SEVERITIES: readonly Finding['severity'][] = ['unhealthy', 'maintenance', 'degraded', 'note'];
/** Where it needs no token to be seen, that it was not is the finding. */
const SILENT_NEXT: Readonly<Record<string, string>> = {
  refused: 'codex-ops doctor, on its machine, tells what keeps it from starting',
  timeout: 'its process may hang: look at it on its machine; GET /livez is what a supervisor asks',
  foreign: 'give the address of the proxy with --url or CODEX_OPS_URL',
};
const NEXT = 'give the address of the proxy with --url or CODEX_OPS_URL, and see whether this machine has a way there';

/** Whether it is healthy, and if not, why. */
export function judge(seen: Observation): StatusDocument {
  const findings = findingsOf(seen);
  const [gravest] = findings;
  const verdict: Verdict = gravest === undefined || gravest.severity === 'note' ? 'healthy' : gravest.severity;
  return { version: 1, verdict, sentence: sentenceOf(seen, verdict, findings), findings, ...seen };
}

function findingsOf(seen: Observation): readonly Finding[] {
  const silence = seen.unseen.find(({ what }) => what === 'probes');
  if (silence !== undefined) {
    return [{ id: silence.failure, severity: 'unhealthy', text: silence.why, next: SILENT_NEXT[silence.failure] ?? NEXT }];
  }
  const found = RULES.flatMap(({ id, severity, text, next }): Finding[] => {
    const told = text(seen);
    return told === undefined ? [] : [{ id, severity, text: told, next: typeof next === 'string' ? next : next(seen) }];
  });
  return found.toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
}

function sentenceOf({ unseen }: Observation, verdict: Verdict, findings: readonly Finding[]): string {
  const [gravest] = findings;
  if (verdict !== 'healthy' && gravest !== undefined) return gravest.text;
  const isPartial = unseen.some(({ what }) => what !== 'state_dir');
  const notes = findings.length === 0 ? [] : [`see the ${findings.length === 1 ? 'note' : `${findings.length} notes`} below`];
  const reserves = [...notes, ...(isPartial ? ['not all could be seen'] : [])];
  return `a worker is ready to serve${reserves.length === 0 ? ', and nothing is wrong' : `; ${reserves.join('; ')}`}`;
}
