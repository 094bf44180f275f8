import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { z } from 'zod';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

async function startMain(...flags: string[]) {
  const child = spawn(process.execPath, ['-C', '@codex-proxy/source', MAIN, ...flags], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, ended: once(child, 'exit'), ...z.object({ baseUrl: z.url() }).parse(JSON.parse(String(line))) };
}

it('prints its address, serves so many deltas, and ends on SIGTERM', async () => {
  const { child, ended, baseUrl } = await startMain('--port', '0', '--first-token-ms', '1', '--inter-token-ms', '0', '--deltas', '5');
  const answer = await fetch(`${baseUrl}/responses`, { method: 'POST', body: '{"model":"m","input":"hi","stream":true}' });
  expect((await answer.text()).match(/^event: response\.output_text\.delta$/gm)).toHaveLength(5);
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});

it('ends with its standard input when asked to', async () => {
  const { child, ended } = await startMain('--exit-with-stdin');
  child.stdin.end();
  expect(await ended).toEqual([0, null]);
});
