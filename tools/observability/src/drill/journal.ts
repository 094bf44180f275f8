import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { REPOSITORY } from '../live/program.ts';

/** A command of the drill and what came of it. */
export interface Command {
  readonly atMs: number;
  /** As someone on call types it. */
  readonly text: string;
  readonly code: number | null;
  readonly output: string;
}

const PLAIN = /^[\w./:=-]+$/;

/** Runs `codex-ops` with the state folder in `$STATE`, as `npx codex-ops` does. */
export async function runOps(args: readonly string[], environment: Readonly<Record<string, string | undefined>>): Promise<Command> {
  const atMs = Date.now();
  const child = spawn(process.execPath, [join(REPOSITORY, 'apps/ops-cli/bin/codex-ops.js'), ...args], {
    env: { ...process.env, ...environment, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => void (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => void (output += chunk.toString()));
  await once(child, 'close');
  const text = ['npx codex-ops', ...args.map((arg) => (PLAIN.test(arg) ? arg : `'${arg}'`))].join(' ');
  return { atMs, text, code: child.exitCode, output };
}

/** Takes the places and the names of a machine out of a text, where they stand as words of their own. */
export function placeless(text: string, places: Readonly<Record<string, string>>): string {
  const longestFirst = Object.entries(places).sort(([a], [b]) => b.length - a.length);
  return longestFirst.reduce((rest, [place, name]) => {
    const literal = place.replaceAll(/[^\w/-]/g, String.raw`\$&`);
    return rest.replaceAll(new RegExp(String.raw`(?<![\w-])${literal}(?![\w-])`, 'g'), () => name);
  }, text);
}
