import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeScriptedWorker, type ScriptedWorkerOptions } from '@codex-proxy/scripted-worker';
import { Supervisor, type SupervisorOptions, type Turn, type TurnRequest, type WorkerCommand } from '@codex-proxy/worker';
import { onTestFinished } from 'vitest';
import { RecordingEvents } from './recording-events.ts';
import { RecordingObserver } from './recording-observer.ts';
import { turnRequest } from './turn-samples.ts';

export interface Supervised {
  readonly supervisor: Supervisor;
  readonly events: RecordingEvents;
  run(request?: Partial<TurnRequest>, observer?: RecordingObserver): { readonly turn: Turn; readonly observer: RecordingObserver };
  /** Resolves when the `count`-th worker has answered its handshake. */
  ready(count?: number): Promise<void>;
}

/** A folder that is gone when the test is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'worker-test-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return folder;
}

export function commandOf(file: string, args: readonly string[] = ['app-server']): WorkerCommand {
  return { file, args, cwd: tmpdir(), env: { PATH: '/usr/bin:/bin' } };
}

export async function scripted(options: ScriptedWorkerOptions = {}): Promise<WorkerCommand> {
  return commandOf(await writeScriptedWorker(temporaryFolder(), options));
}

/** Starts a supervisor over `commands`, one a start and the last for all further starts. It is stopped when the test is over. */
export function supervise(commands: WorkerCommand | readonly WorkerCommand[], options: Partial<SupervisorOptions> = {}): Supervised {
  const sequence = Array.isArray(commands) ? [...commands] : [commands];
  const events = new RecordingEvents();
  const supervisor = new Supervisor({
    command: () => {
      const [next] = sequence.length > 1 ? sequence.splice(0, 1) : sequence;
      if (next === undefined) throw new Error('no command to run');
      return next;
    },
    clientInfo: { name: 'test', title: 'Test', version: '1.0.0' },
    threadCwd: '/',
    redactText: (text) => text.replaceAll('hunter2', '[redacted]'),
    backoffInitialMs: 1,
    backoffMaxMs: 8,
    events,
    ...options,
  });
  onTestFinished(async () => supervisor.stop(0));
  supervisor.start();
  return {
    supervisor,
    events,
    run(request = {}, observer = new RecordingObserver()) {
      return { turn: supervisor.run(turnRequest('hi', request), observer), observer };
    },
    async ready(count = 1) {
      await events.nth('onStarted', count);
    },
  };
}
