import { spawn } from 'node:child_process';

/** How a child process ended. */
export interface ChildEnd {
  /** Exit code; 1 if a signal ended it, 127 if it could not be started. */
  readonly code: number;
  /** stdout and stderr in the order they came; empty when the child wrote to the terminal itself. */
  readonly output: string;
}

export interface ChildOptions {
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  /** `live`: the child writes where this process writes. `captured`: its output is kept, without colours. */
  readonly output: 'live' | 'captured';
  /** Ends the child with SIGTERM. */
  readonly signal: AbortSignal;
}

/** Runs a program to its end; one that cannot be started says why in its output. */
export function runChild(command: string, args: readonly string[], options: ChildOptions): Promise<ChildEnd> {
  const captured = options.output === 'captured';
  const { FORCE_COLOR, ...env } = options.env;
  const colour = captured ? { NO_COLOR: '1' } : FORCE_COLOR === undefined ? {} : { FORCE_COLOR };
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.root,
      env: { ...env, ...colour },
      signal: options.signal,
      stdio: captured ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    });
    const chunks: Buffer[] = [];
    const keep = (chunk: Buffer): number => chunks.push(chunk);
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    const output = (): string => Buffer.concat(chunks).toString('utf8');
    child.on('error', (error) => {
      if (child.pid === undefined) resolve({ code: 127, output: `${output()}${command}: ${error.message}\n` });
    });
    child.on('close', (code) => resolve({ code: code ?? 1, output: output() }));
  });
}
