import { spawn, type ChildProcess, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

export const REPOSITORY = resolve(import.meta.dirname, '../../../..');
export const SHIM = join(REPOSITORY, 'apps/ops-cli/bin/codex-ops.js');

/** Folders of PATH outside of this repository: what a user has who has installed nothing of it. */
export const OUTSIDE = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.startsWith(REPOSITORY));

/** The Node of the machine, where there is one beside the one that runs this. */
export const SYSTEM_NODE = OUTSIDE.map((folder) => join(folder, 'node')).find((file) => existsSync(file)) ?? process.execPath;

/** Options that make a Node say that it is an old one. */
export const PRETEND_OLD = [
  '--import',
  `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.9.0'}})`,
];

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface StartOptions {
  /** What runs the shim. Default: nothing but itself, as a shell runs it. */
  readonly node?: string;
  readonly nodeOptions?: readonly string[];
  readonly shim?: string;
  readonly environment?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** Starts the shim with nothing of this repository on PATH. */
export function start(args: readonly string[], options: StartOptions = {}): ChildProcessWithoutNullStreams {
  const { node, nodeOptions = [], shim = SHIM, environment = {}, cwd = REPOSITORY } = options;
  const [command = shim, ...rest] = [...(node === undefined ? [] : [node, ...nodeOptions]), shim, ...args];
  return spawn(command, rest, { cwd, env: { PATH: OUTSIDE.join(delimiter), ...environment } });
}

/** Runs it as a user who may see nothing of others. Only root can. */
export async function runAsNobody(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<Ended> {
  const command = [
    '--reuid=65534',
    '--regid=65534',
    '--clear-groups',
    process.execPath,
    '-C',
    '@codex-proxy/source',
    join(SHIM, '../../src/main.ts'),
  ];
  return ended(spawn('setpriv', [...command, ...args], { cwd: '/', env: { PATH: process.env['PATH'], ...environment } }));
}

/** Collects what a process prints until it ends. */
export async function ended(child: ChildProcess): Promise<Ended> {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => err.push(chunk));
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() };
}

export async function run(args: readonly string[], input: string | Uint8Array = '', options: StartOptions = {}): Promise<Ended> {
  const child = start(args, options);
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  return ended(child);
}
