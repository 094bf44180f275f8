import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';

/** Starts what `build` emitted as production does, without a source condition, has it answer one request, and ends it by SIGTERM. */
const root = join(import.meta.dirname, '../../../..');
const folder = await mkdtemp(join(tmpdir(), 'codex-proxy-smoke-'));
const { PATH = '' } = process.env;
const child = spawn(process.execPath, [join(root, 'apps/proxy/dist/main.js')], {
  env: { PATH, HOME: folder, PORT: '0', PROXY_PROVIDER: 'demo', PROXY_STATE_DIR: folder, NODE_ENV: 'production' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const line = z.looseObject({ event: z.string(), address: z.string().optional() });
const keys = z.object({ api_key: z.string() });

async function events(): Promise<string> {
  let url = '';
  for await (const text of createInterface(child.stdout)) {
    const { event, address } = line.parse(JSON.parse(text));
    if (event === 'proxy_listening') url = address ?? '';
    if (event === 'worker_started') return url;
  }
  throw new Error('it ended before its worker served');
}

try {
  const url = await events();
  child.stdout.resume();
  const { api_key: key } = keys.parse(JSON.parse(await readFile(join(folder, 'credentials.json'), 'utf8')));
  const answer = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'demo-codex', messages: [{ role: 'user', content: 'Hello!' }] }),
  });
  const body = await answer.text();
  if (answer.status !== 200 || !body.includes('Hello!')) throw new Error(`it answered ${String(answer.status)}: ${body}`);
  child.kill('SIGTERM');
  await once(child, 'exit');
  if (child.exitCode !== 0) throw new Error(`it exited with ${String(child.exitCode)}`);
} finally {
  child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
}
