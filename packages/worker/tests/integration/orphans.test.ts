import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { writeScriptedWorker, type ScriptedWorkerOptions } from '@codex-proxy/scripted-worker';
import { describe, expect, test, vi } from 'vitest';
import { groupLives, guardsOf, processes } from '../rig/process-table.ts';
import { scripted, supervise, temporaryFolder } from '../rig/supervised.ts';

const PROGRAM = join(import.meta.dirname, '../rig/supervisor-process.ts');

/**
 * A process that supervises a worker.
 * @returns with `gone`, which resolves when the worker and all that it has started are gone: they hold the end of a pipe open.
 */
async function supervisingProcess(options: ScriptedWorkerOptions) {
  const folder = temporaryFolder();
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const worker = await writeScriptedWorker(folder, options);
  const holdPipe = 'exec 3>"$0"; sleep 600 & exec "$@"';
  const child = spawn(process.execPath, ['-C', '@codex-proxy/source', PROGRAM, '/bin/sh', '-c', holdPipe, pipe, worker, 'app-server'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const gone = once(createReadStream(pipe).resume(), 'close');
  const [line] = await once(createInterface(child.stdout), 'line');
  const workerPid = Number(line);
  const guards = guardsOf(child.pid!);
  expect(guards).toHaveLength(1);
  expect(groupLives(workerPid)).toBe(true);
  return { child, gone, workerPid, guard: guards[0]!.pid, exited: once(child, 'exit') };
}

async function ended(pid: number): Promise<void> {
  await vi.waitFor(
    () => {
      expect(processes().map((one) => one.pid)).not.toContain(pid);
    },
    { timeout: 10_000 },
  );
}

const DEAF = { ignoreSigterm: true, ignoreStdinEnd: true };

describe('no worker outlives its supervisor', () => {
  test.each([
    ['is killed outright', 'SIGKILL'],
    ['exits without stopping it', 'exit'],
    ['dies of a defect', 'throw'],
  ])('that %s, though the worker is deaf to SIGTERM and to the end of its input', async (_, how) => {
    const { child, gone, guard, exited } = await supervisingProcess(DEAF);
    if (how === 'SIGKILL') child.kill('SIGKILL');
    else child.stdin.write(`${how}\n`);
    await exited;
    await gone;
    await ended(guard);
  });

  test('and when it is killed while the worker is stopped', async () => {
    const { child, gone, workerPid } = await supervisingProcess({});
    process.kill(workerPid, 'SIGSTOP');
    child.kill('SIGKILL');
    await gone;
  });
});

describe('no guard outlives its worker', () => {
  test('when the supervisor stops: its process ends by itself', async () => {
    const { child, gone, guard, exited } = await supervisingProcess({});
    child.stdin.write('stop\n');
    expect(await exited).toEqual([0, null]);
    await gone;
    await ended(guard);
  });

  test('over many restarts', async () => {
    const { supervisor, ready } = supervise(await scripted());
    for (let count = 1; count <= 3; count += 1) {
      await ready(count);
      process.kill(supervisor.snapshot().pid!, 'SIGKILL');
    }
    await ready(4);
    const { pid } = supervisor.snapshot();
    await vi.waitFor(
      () => {
        expect(guardsOf(process.pid).map(({ command }) => command.includes(` ${String(pid)} `))).toEqual([true]);
      },
      { timeout: 10_000 },
    );
    await supervisor.stop(0);
    await vi.waitFor(
      () => {
        expect(guardsOf(process.pid)).toEqual([]);
      },
      { timeout: 10_000 },
    );
  });
});
