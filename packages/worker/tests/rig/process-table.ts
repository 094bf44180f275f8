import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessEntry {
  readonly pid: number;
  readonly parentPid: number;
  readonly groupId: number;
  readonly command: string;
}

/** All processes that live; one that has ended and waits to be collected does not. */
export function processes(): ProcessEntry[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const [, rest = ''] = /\) (.*)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8')) ?? [];
        const [state, parent, group] = rest.split(' ');
        if (state === 'Z' || state === 'X') return [];
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return [{ pid: Number(name), parentPid: Number(parent), groupId: Number(group), command }];
      } catch {
        // It has ended meanwhile.
        return [];
      }
    });
}

export function groupLives(groupId: number): boolean {
  return processes().some((one) => one.groupId === groupId);
}

/** The shells that guard workers of process `pid`. */
export function guardsOf(pid: number): ProcessEntry[] {
  return processes().filter((one) => one.parentPid === pid && one.command.startsWith('/bin/sh -c read -r line'));
}
