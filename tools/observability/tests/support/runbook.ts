import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RUNBOOK } from '@codex-proxy/observability';
import { REPOSITORY } from '../../src/live/program.ts';

/** Which version to go back to, and when the migration is over. */
export const ROLLOUT = 'docs/app-server-migration/rollout.md';

/** A block of code of a page. */
export interface Block {
  readonly heading: string;
  readonly code: string;
}

/** The blocks of `page` in `language`, in order. */
export function blocks(language: string, page = RUNBOOK): Block[] {
  const found: Block[] = [];
  for (const section of readFileSync(join(REPOSITORY, page), 'utf8').split(/^## /m)) {
    const [heading = ''] = section.split('\n');
    for (const match of section.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm')))
      found.push({ heading, code: match[1]?.trim() ?? '' });
  }
  return found;
}

/** Runs `code` as someone on call would type it, at the root of the repository. */
export async function runShell(code: string, environment: NodeJS.ProcessEnv): Promise<{ code: number | null; output: string }> {
  const child = spawn('bash', ['-euo', 'pipefail', '-c', code], {
    cwd: REPOSITORY,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => void (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => void (output += chunk.toString()));
  await once(child, 'close');
  return { code: child.exitCode, output };
}
