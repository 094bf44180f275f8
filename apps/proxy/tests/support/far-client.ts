import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readlinkSync } from 'node:fs';
import { expect, onTestFinished } from 'vitest';

const NAMESPACE = ['unshare', '--net'] as const;
const [NEAR, FAR] = ['10.213.7.1', '10.213.7.2'];

/** Sends what it first hears on its input to the address in its arguments, and tells what comes back. */
const PROGRAM = `
process.stdin.once('data', (text) => {
  const socket = require('node:net').connect(Number(process.argv[2]), process.argv[1], () => socket.write(text));
  socket.on('data', (chunk) => process.stdout.write(chunk));
  socket.on('error', () => undefined);
});`;

/** Whether this machine lets the tests have networks of their own. */
export function canNetwork(): boolean {
  return spawnSync('unshare', ['--net', 'sh', '-c', 'ip link add name near type veth peer name far']).status === 0;
}

/** The command that starts another one in a network of its own, by its own process id. */
export function enterNetwork(command: readonly string[]): readonly string[] {
  return [...NAMESPACE, 'sh', '-c', 'ip link set lo up; exec "$@"', 'sh', ...command];
}

/** Runs a command in the network of process `pid`. @returns what it writes. */
export function within(pid: number, command: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('nsenter', ['--target', String(pid), '--net', ...command], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr}`);
  return stdout;
}

/** The body of a page of the server on `port` of the network of process `pid`. */
export function pageWithin(pid: number, port: number, path: string): string {
  const program = `fetch('http://127.0.0.1:${String(port)}${path}', { headers: { connection: 'close' } }).then(async (page) => process.stdout.write(await page.text()))`;
  return within(pid, [process.execPath, '-e', program]);
}

/** A client on another machine, as far as the server can tell: a network of its own, and a cable between them. */
export interface FarClient {
  /** Connects to the server and sends `text`. */
  send(text: string): void;
  readonly received: () => string;
  /** Nothing gets through any more, in either direction, and nobody is told. */
  pullCable(): void;
}

/** @param server A process that `enterNetwork` has started, and that listens on `port` of all addresses. */
export async function startFarClient(server: number, port: number): Promise<FarClient> {
  const [command = '', ...args] = enterNetwork([process.execPath, '-e', PROGRAM, NEAR, String(port)]);
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  onTestFinished(async () => {
    const ended = once(child, 'close');
    child.kill('SIGKILL');
    await ended;
  });
  const pid = child.pid ?? 0;
  let received = '';
  child.stdout.on('data', (chunk: Buffer) => (received += chunk.toString()));
  await inNetworkOfItsOwn(pid);
  within(server, ['ip', 'link', 'add', 'name', 'near', 'type', 'veth', 'peer', 'name', 'far', 'netns', String(pid)]);
  for (const [side, name, address] of [
    [server, 'near', NEAR],
    [pid, 'far', FAR],
  ] as const) {
    within(side, ['ip', 'address', 'add', `${address}/24`, 'dev', name]);
    within(side, ['ip', 'link', 'set', name, 'up']);
  }
  return {
    send: (text) => void child.stdin.write(text),
    received: () => received,
    pullCable: () => void within(pid, ['ip', 'link', 'set', 'far', 'down']),
  };
}

/** Until `unshare` has done so, a process is in the network of who started it. */
async function inNetworkOfItsOwn(pid: number): Promise<void> {
  const network = (of: string): string => readlinkSync(`/proc/${of}/ns/net`);
  await expect.poll(() => network(String(pid))).not.toBe(network('self'));
}
