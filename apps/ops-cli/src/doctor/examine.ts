import { resolve } from 'node:path';
import process from 'node:process';
import { createRedactor } from '@codex-proxy/redaction';
import { causeOf } from '../errors.ts';
import { deniedBy } from '../files/absence.ts';
import { isFolder, statsOf } from '../files/walk.ts';
import { createProgress } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { ask } from './ask.ts';
import { CHECKS } from './checks/checks.ts';
import { CHECK_NAMES, type Finding, type NamedFinding } from './finding.ts';
import { countOf } from './findings-text.ts';
import type { Patient } from './patient.ts';
import { readSettings } from './settings.ts';

/** What doctor found; `--json` prints it. */
export interface Examination {
  readonly version: 1;
  readonly state_dir: string;
  readonly errors: number;
  readonly warnings: number;
  readonly findings: readonly NamedFinding[];
}

/** Makes every check. @param folder The state folder; the one of the environment by default. */
export async function examine(folder: string | undefined, terminal: Terminal): Promise<Examination> {
  const { stderr, environment, now, readFile } = terminal;
  const progress = createProgress(stderr);
  const { configuration, problems } = readSettings(environment);
  const stateDir = resolve(folder ?? configuration.PROXY_STATE_DIR ?? '.codex-api');
  const hasStateDir = isFolder(stateDir);
  const patient: Patient = {
    ...{ environment, configuration, problems, stateDir, hasStateDir, progress, readFile },
    uid: process.getuid?.(),
    answer: await ask(addressOf(configuration), now),
    nowMs: now(),
  };
  const findings = await findingsOf(patient);
  progress.clear();
  return { version: 1, state_dir: stateDir, errors: countOf(findings, 'error'), warnings: countOf(findings, 'warning'), findings };
}

async function findingsOf(patient: Patient): Promise<readonly NamedFinding[]> {
  // Not by the operator's rules: whether those can be used is one of the questions.
  const redactor = createRedactor();
  const findings: NamedFinding[] = patient.hasStateDir ? [] : [noStateDir(patient.stateDir)];
  for (const check of CHECK_NAMES) {
    patient.progress.show(() => `looking at ${check}`);
    for (const { severity, text, advice } of await attempt(patient.stateDir, async () => CHECKS[check](patient))) {
      const told = { check, severity, text: redactor.text(text) };
      findings.push(advice === undefined ? told : { ...told, advice: redactor.text(advice) });
    }
  }
  return findings;
}

/** A check that fails must not keep the others from being made. */
async function attempt(stateDir: string, check: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  try {
    return await check();
  } catch (error) {
    const cause = causeOf(error);
    const text = `this could not be looked at (${cause})`;
    return [
      {
        severity: 'warning',
        text,
        advice: DENIED.includes(cause)
          ? asOwner(stateDir)
          : 'codex-ops doctor again; if it stays so, look at what the code says of the disk or the file system',
      },
    ];
  }
}

const DENIED = ['EACCES', 'EPERM'];

/** What may not be looked at may be by whoever has the folder. */
function asOwner(stateDir: string): string {
  const uid = statsOf(stateDir)?.uid;
  const command = uid === undefined ? 'run codex-ops doctor as the user of the proxy' : `sudo -u '#${uid}' codex-ops doctor`;
  return `this user may not read it: ${command}`;
}

function noStateDir(stateDir: string): NamedFinding {
  const denied = deniedBy(stateDir);
  if (denied !== undefined) {
    const text = `${stateDir} cannot be seen by this user (${denied}): nothing of it was looked at`;
    return { check: 'permissions', severity: 'warning', text, advice: 'run codex-ops doctor as the user of the proxy' };
  }
  return {
    check: 'permissions',
    severity: 'note',
    text: `there is no folder ${stateDir}: the proxy has never run with it`,
    advice: 'a proxy that has: name its folder with --state-dir, or run this where it runs',
  };
}

function addressOf({ PORT: port, PROXY_HOST: host = '127.0.0.1' }: Patient['configuration']): string {
  const reached = { '0.0.0.0': '127.0.0.1', '::': '[::1]' }[host] ?? (host.includes(':') ? `[${host}]` : host);
  return `http://${reached}:${port}`;
}
