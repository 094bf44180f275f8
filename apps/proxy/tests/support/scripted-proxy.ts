import { rmSync } from 'node:fs';
import { writeScriptedWorker, type ScriptedWorkerOptions, type TurnScript } from '@codex-proxy/scripted-worker';
import { onTestFinished } from 'vitest';
import { startTestProxy, type ProxyUnderTest, type Settings } from './proxy-under-test.ts';
import { makeFolder } from './temporary-folder.ts';

/** A model that a proxy on the scripted worker serves. */
export const MODEL = 'demo-codex';

/** A message that makes the scripted worker play `script`. */
export function scripted(script: TurnScript): [{ role: 'user'; content: string }] {
  return [{ role: 'user', content: `!script ${JSON.stringify(script)}` }];
}

/** A proxy on a scripted worker, removed when the test has ended. */
export async function startScriptedProxy(worker: ScriptedWorkerOptions, settings: Settings = {}): Promise<ProxyUnderTest> {
  const folder = makeFolder();
  const proxy = await startTestProxy({ PROXY_PROVIDER: 'demo', CODEX_BIN: await writeScriptedWorker(folder, worker), ...settings });
  onTestFinished(async () => {
    await proxy.remove();
    rmSync(folder, { recursive: true, force: true });
  });
  return proxy;
}
