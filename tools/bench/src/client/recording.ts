import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import type { BenchmarkContext } from '../benchmark.ts';
import { codexBinary } from '../front/codex-binary.ts';
import { startProxyFront } from '../front/proxy-front.ts';
import { probe } from '../load/probe.ts';

const frameSchema = z.looseObject({ method: z.string().optional(), params: z.record(z.string(), z.unknown()).optional() });

/** How the proxy runs its worker, and what it says to it, seen from the worker's side. */
export interface Recording {
  readonly file: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Parameters of the first request of each method, as sent. */
  readonly params: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
}

const LAST_METHOD = 'thread/unsubscribe';
const POLL_MS = 20;
const MAX_POLLS = 500;

/**
 * Lets the proxy serve one turn by the real worker behind a script that notes arguments, environment and frames: so the bare
 * client does what the proxy does, whatever that comes to be. The worker of the recording has ended when this resolves, and its
 * folders are left to the bare client's.
 */
export async function recordDialogue(
  context: BenchmarkContext,
  options: { readonly providerUrl: string; readonly model: string; readonly prompt: string },
): Promise<Recording> {
  const folder = join(context.folder, 'recording');
  mkdirSync(folder, { recursive: true });
  const real = codexBinary();
  const proxy = await startProxyFront(context, { ...options, name: 'recorded', codexBin: recordingWorker(folder, real) });
  await probe(proxy, { model: options.model, stream: true, messages: [{ role: 'user', content: options.prompt }] });
  const params = await recordedParams(join(folder, 'frames'));
  await proxy.stop();
  const [, , ...args] = fields(join(folder, 'cmdline'));
  const environment = Object.fromEntries(fields(join(folder, 'environ')).map((pair) => [before(pair, '='), after(pair, '=')]));
  return { file: real, args, environment, cwd: readFileSync(join(folder, 'cwd'), 'utf8').trim(), params };
}

function recordingWorker(folder: string, real: string): string {
  const file = join(folder, 'worker');
  const lines = [
    '#!/bin/sh',
    `[ "$1" = app-server ] || exec '${real}' "$@"`,
    `cd -P . && pwd >'${folder}/cwd'`,
    `cat /proc/$$/cmdline >'${folder}/cmdline'`,
    `cat /proc/$$/environ >'${folder}/environ'`,
    `tee '${folder}/frames' | '${real}' "$@"`,
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** Waits for the last frame of the turn, which follows the answer. */
async function recordedParams(file: string): Promise<Recording['params']> {
  for (let polls = 0; polls < MAX_POLLS; polls += 1) {
    const params = new Map<string, Readonly<Record<string, unknown>>>();
    // The last line may be half written.
    for (const line of readFileSync(file, 'utf8').split('\n').slice(0, -1)) {
      const frame = frameSchema.parse(JSON.parse(line));
      if (frame.method !== undefined && !params.has(frame.method)) params.set(frame.method, frame.params ?? {});
    }
    if (params.has(LAST_METHOD)) return params;
    await setTimeout(POLL_MS);
  }
  throw new Error(`the proxy sent no ${LAST_METHOD}`);
}

/** Of a file under /proc: texts, each ended by a zero byte. */
function fields(file: string): string[] {
  return readFileSync(file, 'utf8').split('\0').slice(0, -1);
}

function before(text: string, mark: string): string {
  return text.slice(0, text.indexOf(mark));
}

function after(text: string, mark: string): string {
  return text.slice(text.indexOf(mark) + mark.length);
}
