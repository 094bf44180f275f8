import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { WorkerHome } from '../../src/compose/worker-home.ts';
import { writeCatalog } from '../../src/provider/model-catalog.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function openHome() {
  const folder = join(temporaryFolder(), 'state');
  const paths = { codexHome: join(folder, 'codex-home'), workdir: join(folder, 'workdir') };
  const write = async (): Promise<string> => writeCatalog({ models: [{ slug: 'one' }] }, paths.codexHome);
  const catalog = { path: await write(), write };
  mkdirSync(paths.workdir);
  const restored: string[] = [];
  let links = 0;
  const home = new WorkerHome({ paths, provider: { linkLogin: () => (links += 1) }, onRestored: (name) => restored.push(name) });
  onTestFinished(() => {
    home.stop();
  });
  return { folder, paths, catalog, home, restored, links: () => links };
}

test('what is there is left alone', async () => {
  const { home, catalog, restored } = await openHome();
  await home.look(catalog);
  expect(restored).toEqual([]);
});

test('what was removed is made again, for the owner alone, with the login', async () => {
  const { folder, paths, home, catalog, restored, links } = await openHome();
  rmSync(folder, { recursive: true });
  await home.look(catalog);
  expect(restored).toEqual(['codex-home', 'workdir', 'model-catalog.json']);
  expect(existsSync(catalog.path)).toBe(true);
  for (const path of [paths.codexHome, paths.workdir]) expect(statSync(path).mode & 0o777).toBe(0o700);
  expect(links()).toBe(1);
  await home.look(undefined);
  expect(restored).toHaveLength(3);
});

test('what cannot be made is tried again, and nobody hears of a failure', async () => {
  const { folder, home, catalog, restored } = await openHome();
  rmSync(folder, { recursive: true });
  writeFileSync(folder, 'in the way');
  await home.look(catalog);
  expect(restored).toEqual([]);
  rmSync(folder);
  home.start(catalog);
  await expect.poll(() => restored).toEqual(['codex-home', 'workdir', 'model-catalog.json']);
});
