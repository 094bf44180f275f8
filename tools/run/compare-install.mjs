// Exit code 0 if node_modules holds what package-lock.json names. Plain JavaScript: it runs on any Node, before the pinned one is there.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = process.argv[2];
const packagesOf = (path) => JSON.parse(readFileSync(join(root, path), 'utf8')).packages;
const wanted = packagesOf('package-lock.json');
const found = packagesOf('node_modules/.package-lock.json');

const missing = Object.entries(wanted).filter(([path, { version, integrity, link, resolved, optional, devOptional }]) => {
  if (!path.includes('node_modules/')) return false;
  const there = found[path];
  if (there === undefined) return !(optional || devOptional);
  const same = link ? there.resolved === resolved : there.version === version && there.integrity === integrity;
  return !same || !existsSync(join(root, path, 'package.json'));
});

process.exit(missing.length === 0 ? 0 : 1);
