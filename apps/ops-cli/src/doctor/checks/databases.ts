import { existsSync } from 'node:fs';
import { basename, extname, join, relative } from 'node:path';
import { Worker } from 'node:worker_threads';
import { maintenanceStateSchema } from '@codex-proxy/contracts';
import { causeOf } from '../../errors.ts';
import { formatBytes } from '../../text/duration.ts';
import type { Finding } from '../finding.ts';
import type { Patient } from '../patient.ts';
import type { QuickCheck } from '../quick-check.ts';
import { namesIn, statsOf } from '../../files/walk.ts';

const TICK_MS = 200;
const STATE = 'state.sqlite';

/** Every database opens for reading and is whole, and so is what else is kept between two starts. */
export async function checkDatabases(patient: Patient): Promise<readonly Finding[]> {
  const { stateDir, uid } = patient;
  const home = join(stateDir, 'codex-home');
  const paths = [
    join(stateDir, STATE),
    ...namesIn(home)
      .filter((name) => name.endsWith('.sqlite'))
      .map((name) => join(home, name)),
  ];
  const findings: Finding[] = [];
  for (const path of paths.filter((each) => existsSync(each))) {
    const owner = statsOf(path)?.uid;
    if (uid !== undefined && owner !== uid && !existsSync(`${path}-shm`)) {
      // To open it would make files beside it that belong to the wrong user.
      findings.push({
        severity: 'note',
        text: `${relative(stateDir, path)} was not opened: it belongs to another user`,
        advice: `sudo -u '#${owner}' codex-ops doctor`,
      });
    } else findings.push(await databaseFinding(path, patient));
  }
  return [...findings, ...(await maintenanceFinding(patient))];
}

async function databaseFinding(path: string, { stateDir, progress }: Patient): Promise<Finding> {
  const name = relative(stateDir, path);
  const bytes = statsOf(path)?.size ?? 0;
  const timer = setInterval(() => progress.show(() => `checking ${name} (${formatBytes(bytes)})`), TICK_MS);
  const isOurs = basename(path) === STATE;
  try {
    const { verdict, schemaVersion, newestVersion, error } = await quickCheck(path, isOurs);
    if (error !== undefined) return { severity: 'error', text: `${name} cannot be read (${error})`, advice: REPAIR };
    if (verdict !== 'ok') return { severity: 'error', text: `${name} is damaged: ${verdict}`, advice: REPAIR };
    if (isOurs && schemaVersion > newestVersion) {
      const text = `${name} has schema ${schemaVersion}, and this version knows ${newestVersion}`;
      return { severity: 'error', text, advice: 'start the newer version of the proxy again; this one keeps no runs with it' };
    }
    return { severity: 'ok', text: `${name} is whole (${formatBytes(bytes)}${isOurs ? `, schema ${schemaVersion}` : ''})` };
  } finally {
    clearInterval(timer);
    progress.clear();
  }
}

const REPAIR = 'requests go on without it. Stop the proxy, move the file and its -wal and -shm away, and start: a new one is made';

/** On a thread: a large file takes seconds, in which Ctrl-C should work. */
async function quickCheck(path: string, isOurs: boolean): Promise<QuickCheck> {
  const entry = new URL(`../quick-check-thread${extname(import.meta.url)}`, import.meta.url);
  const worker = new Worker(entry, { workerData: { path, isOurs } });
  try {
    return await new Promise<QuickCheck>((resolve, reject) => {
      worker.once('message', resolve).once('error', reject);
      worker.once('exit', () => reject(new Error('the thread ended')));
    });
  } finally {
    await worker.terminate();
  }
}

async function maintenanceFinding({ stateDir, readFile }: Patient): Promise<readonly Finding[]> {
  const path = join(stateDir, 'maintenance.json');
  try {
    const state = maintenanceStateSchema.parse(JSON.parse(await readFile(path)));
    if (!state.enabled) return [];
    const text = `maintenance mode is kept as on${state.since === undefined ? '' : `, since ${state.since}`}: clients are turned away`;
    return [{ severity: 'warning', text, advice: 'codex-ops maintenance off, once what it was for is done' }];
  } catch (error) {
    const cause = causeOf(error);
    if (cause === 'ENOENT') return [];
    if (cause === 'EACCES')
      return [{ severity: 'note', text: 'maintenance.json cannot be seen by this user', advice: 'run doctor as the user of the proxy' }];
    const advice = 'the next start counts it as on; codex-ops maintenance off writes it anew';
    return [{ severity: 'error', text: `maintenance.json cannot be read (${cause})`, advice }];
  }
}
