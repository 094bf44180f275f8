import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const profileSchema = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.number() }),
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
  const frames = new Map(profile.nodes.map((node) => [node.id, node.callFrame]));
  const [functions, owners] = [new Map<string, number>(), new Map<string, number>()];
  const fromUs = profile.endTime - lastSeconds * 1e6;
  let [atUs, idleUs, busyUs] = [profile.startTime, 0, 0];
  for (const [index, id] of profile.samples.entries()) {
    const spentUs = profile.timeDeltas[index + 1] ?? 0;
    atUs += profile.timeDeltas[index] ?? 0;
    const frame = frames.get(id);
    if (frame === undefined || atUs < fromUs) continue;
    if (frame.functionName === '(idle)') {
      idleUs += spentUs;
      continue;
    }
    busyUs += spentUs;
    const place = placeOf(frame.url);
    const where = place === '' ? frame.functionName : `${frame.functionName || '(anonymous)'} ${place}:${frame.lineNumber + 1}`;
    functions.set(where, (functions.get(where) ?? 0) + spentUs);
    const owner = ownerOf(place, frame.functionName);
    owners.set(owner, (owners.get(owner) ?? 0) + spentUs);
  }
  const shares = (times: ReadonlyMap<string, number>): SelfTime[] =>
    [...times].map(([name, us]) => ({ name, share: us / busyUs })).sort((a, b) => b.share - a.share);
  return { idle: idleUs / (idleUs + busyUs), functions: shares(functions), owners: shares(owners) };
}

/** A path within the workspace, or a module of Node. */
function placeOf(url: string): string {
  const installed = url.lastIndexOf('/node_modules/');
  if (installed !== -1) return url.slice(installed + '/node_modules/'.length);
  return /(?:apps|packages|tools)\/.*$/.exec(url)?.[0] ?? url;
}

function ownerOf(place: string, functionName: string): string {
  // Time in native code that no function of JavaScript stands for: system calls, most of all.
  if (place === '') return functionName.startsWith('(') ? functionName : 'native functions';
  if (place.startsWith('node:')) return place.split('/').slice(0, 2).join('/');
  const parts = place.split('/');
  if (parts[2] === 'src') return parts.slice(0, 2).join('/') + (parts.length > 4 ? `/${parts[3] ?? ''}` : '');
  return parts.slice(0, place.startsWith('@') ? 2 : 1).join('/');
}
