/**
 * A process that supervises a worker: says the pids of both when it is ready, and ends as the line says that it reads.
 * Usage: supervisor-process.ts FILE ARGUMENT…
 */
import { createInterface } from 'node:readline';
import { Supervisor } from '@codex-proxy/worker';

const [file = '', ...args] = process.argv.slice(2);
const supervisor = new Supervisor({
  command: () => ({ file, args, cwd: '/', env: { PATH: '/usr/bin:/bin' } }),
  clientInfo: { name: 'test', title: 'Test', version: '1.0.0' },
  threadCwd: '/',
  redactText: (text) => text,
  events: {
    onStarted: ({ pid }) => process.stdout.write(`${String(pid)}\n`),
  },
});
supervisor.start();

createInterface(process.stdin).once('line', (how) => {
  if (how === 'exit') process.exit(0);
  if (how === 'throw') throw new Error('a defect');
  // After this nothing keeps the process: neither the worker nor its guard.
  process.stdin.destroy();
  void supervisor.stop(0);
});
