import { readFileSync } from 'node:fs';
import process from 'node:process';

const NUMBERS = { SIGINT: 2, SIGTERM: 15 } as const;

export type StopSignal = keyof typeof NUMBERS;

/** The signals that ask the process to stop, heard from its first moment. */
export interface StopSignals {
  /** Hands over each signal from now on. Until then the first one ends the process with exit code 0: there is nothing to drain yet. */
  take(handler: (signal: StopSignal) => void): void;
}

/** Needs nothing but Node: what is loaded first delays it, and until then process 1 of a container hears no signal. */
export function hearStopSignals(): StopSignals {
  let handler: (signal: StopSignal) => void = () => process.exit(0);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    if (process.pid === 1 && wasLost(signal)) handler(signal);
    process.on(signal, () => {
      handler(signal);
    });
  }
  return {
    take: (next) => {
      handler = next;
    },
  };
}

/**
 * Whether the signal came before any of our code ran. Node catches it from its own first moment, puts the kernel's default back and raises it again,
 * which ends every process but process 1: there the default is to ignore it. That it is caught no longer is the trace that it leaves.
 */
function wasLost(signal: StopSignal): boolean {
  const caught = /^SigCgt:\s*([\da-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return caught !== undefined && ((BigInt(`0x${caught}`) >> BigInt(NUMBERS[signal] - 1)) & 1n) === 0n;
}
