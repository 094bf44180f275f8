import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WORKER_STATES, type WorkerEvents } from '@codex-proxy/contracts';
import type { SupervisorOptions } from '@codex-proxy/worker';
import { expect, test } from 'vitest';

const readme = await readFile(join(import.meta.dirname, '../README.md'), 'utf8');

/** First cells of the table under a heading. */
function listed(heading: string): string[] {
  const section = readme.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const cells = Array.from(section.matchAll(/^\| (`.*?) \|/gm), (match) => match[1] ?? '');
  return cells.flatMap((cell) => Array.from(cell.matchAll(/`(\w+)`/g), (match) => match[1] ?? '')).toSorted();
}

test('the README lists every state, option and event', () => {
  const options: Record<keyof SupervisorOptions, true> = {
    command: true,
    clientInfo: true,
    maxConcurrency: true,
    maxQueue: true,
    requestTimeoutMs: true,
    idleTimeoutMs: true,
    handshakeTimeoutMs: true,
    backoffInitialMs: true,
    backoffMaxMs: true,
    stableMs: true,
    maxResidentBytes: true,
    maxTurns: true,
    drainMs: true,
    memoryCheckMs: true,
    patienceMs: true,
    maxLineBytes: true,
    threadCwd: true,
    sandbox: true,
    agentTools: true,
    events: true,
    redactText: true,
    monotonicMs: true,
    nowMs: true,
  };
  const events: Record<keyof WorkerEvents, true> = {
    onStateChange: true,
    onStarting: true,
    onStarted: true,
    onStartFailed: true,
    onExited: true,
    onBackoff: true,
    onRestart: true,
    onRecycling: true,
    onRecycled: true,
    onRecycleFailed: true,
    onUnresponsive: true,
    onStderr: true,
    onProtocolError: true,
    onServerRequest: true,
  };
  expect(listed('States')).toEqual([...WORKER_STATES].toSorted());
  expect(listed('Options')).toEqual(Object.keys(options).toSorted());
  expect(listed('Events')).toEqual(Object.keys(events).toSorted());
});
