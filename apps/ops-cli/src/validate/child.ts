import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface ChildEnd {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a program of the checkout on the Node that runs this. Without a proxy's variables: what is judged is the checkout. */
export async function runNode(cwd: string, args: readonly string[]): Promise<ChildEnd> {
  const { PATH, HOME, TMPDIR } = process.env;
  const env = {
    ...(PATH === undefined ? {} : { PATH }),
    ...(HOME === undefined ? {} : { HOME }),
    ...(TMPDIR === undefined ? {} : { TMPDIR }),
  };
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  await once(child, 'close');
  return { code: child.exitCode, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() };
}
