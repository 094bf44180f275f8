import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { writeScriptedWorker } from '@codex-proxy/scripted-worker';
import { setTimeout as sleep } from 'node:timers/promises';
const dir = mkdtempSync('/tmp/cpu/s-');
const bin = await writeScriptedWorker(dir, { deltas: 1, models: ['demo-codex'] });
const env = { PATH: process.env.PATH!, PORT: '23456', PROXY_API_KEY: '0123456789abcdefgh', PROXY_STATE_DIR: dir + '/state', CODEX_BIN: bin, PROXY_PROVIDER: 'demo', CODEX_MODEL: 'demo-codex', ...(process.argv[2] ? JSON.parse(process.argv[2]) : {}) };
const p = spawn(process.execPath, ['--max-semi-space-size=8', '-C', '@codex-proxy/source', 'apps/proxy/src/main.ts'], { cwd: '/work/main', env, stdio: ['ignore', (await import('node:fs')).openSync(dir + '/out', 'w'), 'ignore'] });
for (;;) { try { if ((await fetch('http://127.0.0.1:23456/readyz')).status === 200) break; } catch {} await sleep(100); }
const cpu = () => new Map(readdirSync(`/proc/${p.pid}/task`).map((t) => { const s = readFileSync(`/proc/${p.pid}/task/${t}/stat`, 'utf8'); const f = s.slice(s.lastIndexOf(')') + 2).split(' '); return [t + ' ' + readFileSync(`/proc/${p.pid}/task/${t}/comm`, 'utf8').trim(), (Number(f[11]) + Number(f[12])) * 10] as const; }));
const body = JSON.stringify({ model: 'demo-codex', messages: [{ role: 'user', content: 'Hello there, how are you?' }] });
const N = 6000;
async function load(n: number) { let left = n; await Promise.all(Array.from({ length: 8 }, async () => { while (left-- > 0) { const r = await fetch('http://127.0.0.1:23456/v1/chat/completions', { method: 'POST', headers: { authorization: 'Bearer 0123456789abcdefgh', 'content-type': 'application/json' }, body }); await r.arrayBuffer(); if (r.status !== 200) throw new Error(String(r.status)); } })); }
await load(3000);
const a = cpu(), t0 = performance.now();
await load(N);
await sleep(300);
const b = cpu();
console.log(JSON.stringify(env.X ?? process.argv[2] ?? ''), Math.round(N / ((performance.now() - t0) / 1000)), 'req/s');
for (const [k, v] of b) { const d = v - (a.get(k) ?? 0); if (d > 50) console.log('  ', k, (d * 1000 / N).toFixed(0), 'µs/req'); }
const rss = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${p.pid}/status`, 'utf8'))![1]; console.log('   peak', Math.round(Number(rss) / 1024), 'MB');
p.kill('SIGTERM'); await new Promise((r) => p.on('exit', r));
