import { chmodSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runAsNobody } from '../support/codex-ops.ts';
import { startProxy, type StartedProxy } from '../support/proxy.ts';

// Only root can be another user.
describe.runIf(process.getuid?.() === 0).each([
  ['within a folder that it may not enter', 0o700],
  ['in sight', 0o711],
])('of a state folder that this user may not read, %s', (_where, mode) => {
  let proxy: StartedProxy;

  beforeAll(async () => {
    proxy = await startProxy();
    chmodSync(dirname(proxy.stateDir), mode);
    mkdirSync(join(proxy.stateDir, 'archives'), { mode: 0o700 });
  });
  afterAll(() => proxy.remove());

  const environment = (): Record<string, string> => ({
    CODEX_OPS_URL: proxy.url,
    PORT: new URL(proxy.url).port,
    PROXY_STATE_DIR: proxy.stateDir,
  });

  test('status says that it cannot be read', async () => {
    const { code, out } = await runAsNobody(['status'], environment());
    expect(code).toBe(0);
    expect(out.replaceAll('\n', ' ')).toContain(`cannot be read by this user (EACCES): run codex-ops as the user of the proxy`);
    expect(out).not.toContain('cannot be written');
  });

  test('archive list says the same, and nothing of writing', async () => {
    const { code, out, err } = await runAsNobody(['archive', 'list'], environment());
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^codex-ops: \S+ cannot be read by this user \(EACCES\): run codex-ops as the user of the proxy\n$/);
  });

  test('doctor says whose it is for each check that could not be made', async () => {
    const { out } = await runAsNobody(['doctor', '--json'], environment());
    const findings: readonly { text: string; advice?: string }[] = JSON.parse(out).findings;
    const unseen = findings.filter(({ text }) => /could not be looked at|was looked at/.test(text));
    expect(unseen.length).toBeGreaterThan(0);
    for (const { advice } of unseen) expect(advice).toMatch(/codex-ops doctor as the user of the proxy|sudo -u '#0' codex-ops doctor/);
    expect(out).not.toContain('has never run');
  });
});
