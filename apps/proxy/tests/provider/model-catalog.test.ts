import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { codexBinary } from '../../src/provider/codex-binary.ts';
import { bundledCatalog, plainCatalog, writeCatalog } from '../../src/provider/model-catalog.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const MODEL = {
  slug: 'm',
  tool_mode: 'exec',
  multi_agent_version: 2,
  apply_patch_tool_type: 'freeform',
  experimental_supported_tools: ['x'],
  shell_type: 'unified',
  use_responses_lite: true,
  context_window: 1000,
};

test('a plain catalog keeps what models are and takes what they may do', () => {
  const unbounded = 1_000_000_000;
  expect(plainCatalog({ version: 7, models: [MODEL] })).toEqual({
    version: 7,
    models: [
      {
        slug: 'm',
        context_window: unbounded,
        max_context_window: unbounded,
        truncation_policy: { mode: 'tokens', limit: unbounded },
        apply_patch_tool_type: null,
        default_verbosity: null,
        experimental_supported_tools: [],
        shell_type: 'disabled',
        use_responses_lite: false,
      },
    ],
  });
});

test('a served model that the catalog does not know has an entry of its own', () => {
  const { models } = plainCatalog({ models: [MODEL] }, ['m', 'mine']);
  expect(models.map(({ slug, display_name }) => [slug, display_name])).toEqual([
    ['m', undefined],
    ['mine', 'mine'],
  ]);
  expect(plainCatalog({ models: [] }, ['mine']).models).toEqual([]);
});

test('the catalog of the installed worker can be read, and made plain', async () => {
  const { models } = plainCatalog(await bundledCatalog(codexBinary(undefined), { codexHome: temporaryFolder(), path: process.env.PATH }));
  expect(models.length).toBeGreaterThan(0);
  for (const model of models) {
    expect(model).not.toHaveProperty('tool_mode');
    expect(model).toMatchObject({ shell_type: 'disabled', apply_patch_tool_type: null });
  }
});

test('a worker that is a script finds its interpreter', async () => {
  const folder = temporaryFolder();
  const script = join(folder, 'codex');
  writeFileSync(script, `#!/usr/bin/env sh\necho '{"models":[{"slug":"from a script"}]}'\n`);
  chmodSync(script, 0o755);
  expect(await bundledCatalog(script, { codexHome: folder, path: process.env.PATH })).toEqual({ models: [{ slug: 'from a script' }] });
});

test.each([
  ['says nothing', 'exit 0'],
  ['says no JSON', 'echo hello'],
  ['says something else', 'echo "{}"'],
  ['fails', 'exit 3'],
])('a worker that %s has no catalog', async (_what, line) => {
  const folder = temporaryFolder();
  const script = join(folder, 'codex');
  writeFileSync(script, `#!/bin/sh\n${line}\n`);
  chmodSync(script, 0o755);
  await expect(bundledCatalog(script, { codexHome: folder, path: process.env.PATH })).rejects.toThrow();
});

test('a catalog is written for its owner alone', async () => {
  const home = join(temporaryFolder(), 'codex-home');
  const path = await writeCatalog({ models: [MODEL] }, home);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ models: [MODEL] });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(home).mode & 0o777).toBe(0o700);
});

test('a path to the worker counts from the folder of the proxy; a name is looked up', () => {
  expect(codexBinary('./bin/codex')).toBe(join(process.cwd(), 'bin', 'codex'));
  expect(codexBinary('/opt/codex')).toBe('/opt/codex');
  expect(codexBinary('codex')).toBe('codex');
  expect(codexBinary(undefined)).toMatch(/\/vendor\/[^/]+\/bin\/codex$/);
});

test('a reading that nobody waits for any more is ended', async () => {
  const folder = temporaryFolder();
  const script = join(folder, 'codex');
  writeFileSync(script, '#!/bin/sh\nexec sleep 60\n');
  chmodSync(script, 0o755);
  const stopping = new AbortController();
  const reading = bundledCatalog(script, { codexHome: folder, path: process.env.PATH, signal: stopping.signal });
  stopping.abort();
  await expect(reading).rejects.toThrow('aborted');
});
