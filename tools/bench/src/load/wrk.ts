import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Front } from '../front/front.ts';

const summarySchema = z.object({
  /** Answers that arrived whole. */
  requests: z.number(),
  durationUs: z.number().positive(),
  /** All bytes read, of answers under way at the end too. */
  bytes: z.number(),
  socketErrors: z.number(),
  statusErrors: z.number(),
  timeouts: z.number(),
  p50Us: z.number(),
  p99Us: z.number(),
});

/** What wrk saw. */
export type LoadSummary = z.infer<typeof summarySchema>;

export interface LoadOptions {
  readonly connections: number;
  readonly seconds: number;
  readonly body: object;
}

const SCRIPT = join(import.meta.dirname, 'wrk.lua');

/**
 * Loads `POST /v1/chat/completions` from one thread of wrk.
 * @throws Error when wrk is missing or fails.
 */
export async function runWrk(front: Front, options: LoadOptions): Promise<LoadSummary> {
  const { connections, seconds, body } = options;
  const url = `${front.url}/v1/chat/completions`;
  const args = [
    '--threads',
    '1',
    '--connections',
    String(connections),
    '--duration',
    `${seconds}s`,
    '--timeout',
    '10s',
    '--script',
    SCRIPT,
    url,
  ];
  const env = { PATH: process.env.PATH, BENCH_API_KEY: front.apiKey, BENCH_BODY: JSON.stringify(body) };
  const { stdout } = await promisify(execFile)('wrk', args, { env });
  return summarySchema.parse(JSON.parse(/^\{.*\}$/m.exec(stdout)?.[0] ?? 'null'));
}

export function failures(summary: LoadSummary): number {
  return summary.socketErrors + summary.statusErrors + summary.timeouts;
}
