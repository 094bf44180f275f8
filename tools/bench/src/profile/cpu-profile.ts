import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const profileSchema = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.number() }),
      children: z.array(z.number()).optional(),
    }),
  ),
  endTime: z.number(),
  startTime: z.number(),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
});

export type CpuProfile = z.infer<typeof profileSchema>;

/** Own time of one function, or of one part of the program. */
export interface SelfTime {
  readonly name: string;
  /** Part of the time in which the process was busy. */
  readonly share: number;
}

export interface ProfileSummary {
  /** Part of the time in which the process waited. */
  readonly idle: number;
  readonly functions: readonly SelfTime[];
  /** By package or folder. */
  readonly owners: readonly SelfTime[];
}

/** Reads the one profile that `node --cpu-prof` left in `folder`. */
export function readProfile(folder: string): CpuProfile {
  const name = readdirSync(folder).find((file) => file.endsWith('.cpuprofile'));
  if (name === undefined) throw new Error('the proxy left no CPU profile');
  return profileSchema.parse(JSON.parse(readFileSync(join(folder, name), 'utf8')));
}

/** @param lastSeconds Of the profile that count: what is before is the start and the warming up. */
export function summarise(profile: CpuProfile, lastSeconds: number): ProfileSummary {
  const names = namesOf(profile);
  const [functions, owners] = [new Map<string, number>(), new Map<string, number>()];
  const fromUs = profile.endTime - lastSeconds * 1e6;
  let [atUs, idleUs, busyUs] = [profile.startTime, 0, 0];
  for (const [index, id] of profile.samples.entries()) {
    const spentUs = profile.timeDeltas[index + 1] ?? 0;
    atUs += profile.timeDeltas[index] ?? 0;
    const name = names.get(id);
    if (name === undefined || atUs < fromUs) continue;
    if (name.own === '(idle)') {
      idleUs += spentUs;
      continue;
    }
    busyUs += spentUs;
    functions.set(name.full, (functions.get(name.full) ?? 0) + spentUs);
    owners.set(name.owner, (owners.get(name.owner) ?? 0) + spentUs);
  }
  const shares = (times: ReadonlyMap<string, number>): SelfTime[] =>
    [...times].map(([name, us]) => ({ name, share: us / busyUs })).sort((a, b) => b.share - a.share);
  return { idle: idleUs / (idleUs + busyUs), functions: shares(functions), owners: shares(owners) };
}

interface NodeName {
  readonly own: string;
  /** With the place, and for a function without one the nearest caller in this workspace: a system call is made for somebody. */
  readonly full: string;
  readonly owner: string;
}

/** The names of all nodes; parents stand before their children. */
function namesOf(profile: CpuProfile): ReadonlyMap<number, NodeName> {
  const names = new Map<number, NodeName>();
  const callers = new Map<number, string>();
  for (const { id, callFrame, children = [] } of profile.nodes) {
    const place = placeOf(callFrame.url);
    const own = shortened(callFrame.functionName || '(anonymous)');
    const caller = callers.get(id);
    const located = place === '' ? own : `${own} ${place}:${callFrame.lineNumber + 1}`;
    const full = place === '' && !own.startsWith('(') && caller !== undefined ? `${own} ← ${caller}` : located;
    names.set(id, { own, full, owner: ownerOf(place, own) });
    const callerOfChildren = HERE.test(place) ? located : caller;
    if (callerOfChildren === undefined) continue;
    for (const child of children) callers.set(child, callerOfChildren);
  }
  return names;
}

const HERE = /^(apps|packages|tools)\//;
const MAX_NAME = 60;

/** A regular expression is named by its text. */
function shortened(name: string): string {
  return name.length > MAX_NAME ? `${name.slice(0, MAX_NAME)}…` : name;
}

/** A path within the workspace, or a module of Node. */
function placeOf(url: string): string {
  const installed = url.lastIndexOf('/node_modules/');
  if (installed !== -1) return url.slice(installed + '/node_modules/'.length);
  return /(?:apps|packages|tools)\/.*$/.exec(url)?.[0] ?? url;
}

function ownerOf(place: string, name: string): string {
  if (place === '') return name.startsWith('(') ? name : 'native functions';
  if (place.startsWith('node:')) return place.split('/').slice(0, 2).join('/');
  const parts = place.split('/');
  if (HERE.test(place)) return [...parts.slice(0, 2), ...parts.slice(3, -1)].join('/');
  return parts.slice(0, place.startsWith('@') ? 2 : 1).join('/');
}
