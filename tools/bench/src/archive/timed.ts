import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Timed {
  readonly seconds: number;
  readonly output: string;
}

/**
 * Runs a program to its end, and gives what it printed.
 * @throws Error when it fails.
 */
export async function timed(command: string, args: readonly string[]): Promise<Timed> {
  const startedAtMs = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  await once(child, 'close');
  if (child.exitCode !== 0) throw new Error(`${command} ended with ${child.exitCode ?? child.signalCode ?? 'nothing'}`);
  return { seconds: (performance.now() - startedAtMs) / 1_000, output };
}
