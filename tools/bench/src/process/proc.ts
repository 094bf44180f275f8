import { readdirSync, readFileSync } from 'node:fs';

/** Memory of a process, in bytes. */
export interface Memory {
  readonly resident: number;
  /** The most it ever was. */
  readonly peak: number;
}

const KIB = 1_024;
/** Of `/proc/PID/stat`; fixed on Linux whatever the kernel's own tick. */
const TICKS_PER_SECOND = 100;

/** @throws when the process is gone. */
export function memoryOf(pid: number): Memory {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const field = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? Number.NaN) * KIB;
  return { resident: field('VmRSS'), peak: field('VmHWM') };
}

/** The fields of `/proc/PID/stat` after the name, which may hold spaces; the first is field 3 of proc(5). */
function statFields(pid: number | string): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** Time on a processor so far, in seconds, of all its threads. */
export function cpuSeconds(pid: number): number {
  const fields = statFields(pid);
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Time that all processors together were busy so far, in seconds. */
export function machineCpuSeconds(): number {
  const [, user, nice, system, , , interrupts, softInterrupts] = readFileSync('/proc/stat', 'utf8').split(/\s+/, 8);
  return [user, nice, system, interrupts, softInterrupts].reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS_PER_SECOND;
}

/** The child of `pid` whose command line has `argument`: how a front's worker is found. */
export function childWithArgument(pid: number, argument: string): number | undefined {
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      if (Number(statFields(entry)[1]) !== pid) continue;
      if (readFileSync(`/proc/${entry}/cmdline`, 'utf8').split('\0').includes(argument)) return Number(entry);
    } catch {
      // It ended while we looked.
    }
  }
  return undefined;
}
