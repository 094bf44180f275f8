import { dirname, relative, sep } from 'node:path';
import { shellWord } from '../../text/shell-word.ts';
import type { Finding } from '../finding.ts';
import type { Patient } from '../patient.ts';
import { walk, type Entry } from '../../files/walk.ts';

const OTHERS = 0o077;
const OTHERS_ENTER = 0o011;

/** Folders 0700, files 0600, all of one owner. What the worker makes in its own home counts by the folders above it. */
export function checkPermissions({ stateDir, hasStateDir, uid }: Patient): readonly Finding[] {
  if (!hasStateDir) return [];
  const entries = [...walk(stateDir)];
  const [root] = entries;
  const isOpen = root !== undefined && isLoose(root);
  const entered = foldersOthersEnter(entries);
  const loose = entries.slice(1).filter(isLoose);
  const reached = loose.filter(({ path }) => entered.has(dirname(path)));
  const shielded = loose.filter((entry) => !reached.includes(entry) && !isTheWorkers(entry, stateDir));
  const foreign = entries.filter(({ stats }) => root !== undefined && stats.uid !== root.stats.uid);
  const findings = [
    ...(isOpen ? [openFolder(root)] : []),
    ...(reached.length > 0 ? [looseFiles(reached, stateDir, true)] : []),
    ...(shielded.length > 0 ? [looseFiles(shielded, stateDir, false)] : []),
    ...(foreign.length > 0 ? [foreignFiles(foreign, stateDir)] : []),
    ...otherUser(root, uid),
  ];
  if (findings.length > 0) return findings;
  return [{ severity: 'ok', text: `${entries.length} files and folders are their owner's alone` }];
}

/** From the outside inwards: `walk` tells a folder before what is in it. */
function foldersOthersEnter(entries: readonly Entry[]): ReadonlySet<string> {
  const entered = new Set<string>();
  for (const [index, { path, stats }] of entries.entries()) {
    const isWithin = index === 0 || entered.has(dirname(path));
    if (isWithin && stats.isDirectory() && (stats.mode & OTHERS_ENTER) !== 0) entered.add(path);
  }
  return entered;
}

/** A link has no mode of its own. */
function isLoose({ stats }: Entry): boolean {
  return !stats.isSymbolicLink() && (stats.mode & OTHERS) !== 0;
}

function isTheWorkers({ path }: Entry, stateDir: string): boolean {
  return ['codex-home', 'workdir'].includes(relative(stateDir, path).split(sep, 2)[0] ?? '') && relative(stateDir, path).includes(sep);
}

function openFolder({ path, stats }: Entry): Finding {
  return {
    severity: 'error',
    text: `${path} has mode ${modeOf(stats.mode)}: others of this machine can reach what is in it`,
    advice: `chmod 700 ${shellWord(path)}`,
  };
}

function looseFiles(loose: readonly Entry[], stateDir: string, areReached: boolean): Finding {
  const shown = loose.slice(0, 3).map(({ path, stats }) => `${relative(stateDir, path)} (${modeOf(stats.mode)})`);
  const more = loose.length > shown.length ? ` and ${loose.length - shown.length} more` : '';
  const folder = shellWord(stateDir);
  return {
    severity: areReached ? 'error' : 'warning',
    text: `others may reach ${shown.join(', ')}${more}${areReached ? '' : ', were it not for the folders around them'}`,
    advice: `find ${folder} -type d -exec chmod 700 {} + -o -type f -exec chmod 600 {} +`,
  };
}

function foreignFiles(foreign: readonly Entry[], stateDir: string): Finding {
  const [first] = foreign;
  return {
    severity: 'error',
    text: `${relative(stateDir, first?.path ?? '')} belongs to another user than the state folder${foreign.length > 1 ? `, and so do ${foreign.length - 1} more` : ''}`,
    advice: `the proxy may not be able to write them: chown -R --reference=${shellWord(stateDir)} ${shellWord(stateDir)}`,
  };
}

function otherUser(root: Entry | undefined, uid: number | undefined): readonly Finding[] {
  if (root === undefined || uid === undefined || root.stats.uid === uid) return [];
  return [
    {
      severity: 'warning',
      text: `the state folder belongs to user ${root.stats.uid}, and this is user ${uid}: what may be read and written is judged for the wrong one`,
      advice: `sudo -u '#${root.stats.uid}' codex-ops doctor`,
    },
  ];
}

function modeOf(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0');
}
