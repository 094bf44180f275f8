import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { maintenanceStateSchema } from '@codex-proxy/contracts';
import { expect, test } from 'vitest';
import { open, temporaryFolder } from '../open.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures');
const NODE = [process.execPath, '-C', '@codex-proxy/source'] as const;

interface Life {
  /** The number that it found kept. */
  readonly found: number;
  /** The highest number that it was told is kept. */
  readonly kept: number;
  readonly failures: readonly string[];
}

/** Lets a process toggle from number `first` on, and kills it at an arbitrary moment. */
async function liveAndDie(path: string, first: number): Promise<Life> {
  const [node, ...args] = NODE;
  const child = spawn(node, [...args, join(FIXTURES, 'toggler.ts'), path, `${first}`], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  let output = '';
  const enough = 4 + Math.floor(Math.random() * 40);
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    if (output.split('\n').length <= enough) return;
    // What it says comes at the same point of each write: any other point is to be hit too.
    const untilMs = performance.now() + Math.random() * 3;
    while (performance.now() < untilMs);
    child.kill('SIGKILL');
  });
  await closed;
  const lines = output.split('\n');
  const numbers = (word: string): number[] =>
    lines.filter((line) => line.startsWith(`${word} `)).map((line) => Number(line.slice(word.length + 1)));
  return {
    found: numbers('found')[0] ?? Number.NaN,
    kept: Math.max(...numbers('kept')),
    failures: lines.filter((line) => line.startsWith('failure')),
  };
}

test(
  '30 kills in the middle of toggles leave a readable state each: none that was said to be kept is lost',
  { timeout: 120_000 },
  async () => {
    const path = join(temporaryFolder(), 'maintenance.json');
    let first = 0;
    let last = Number.NaN;
    for (let kill = 0; kill < 30; kill += 1) {
      const { found, kept, failures } = await liveAndDie(path, first);
      expect(failures).toEqual([]);
      expect(found).toEqual(last);
      last = Number(maintenanceStateSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).reason);
      // What was said to be kept, or one that was asked for after it.
      expect(last).toBeGreaterThanOrEqual(kept);
      expect(readdirSync(dirname(path)).filter((name) => !name.startsWith('maintenance.json'))).toEqual([]);
      first = last + 1_000;
    }
    await open(path).maintenance.toggle({ enabled: false });
    expect(readdirSync(dirname(path))).toEqual(['maintenance.json']);
  },
);

const overcome = {
  before: false,
  without: { answered: true, enabled: true, persisted: false, afterCrash: false },
  withRoom: { persisted: true, afterCrash: true },
};

interface BadDisk {
  readonly failure: string;
  readonly shell: readonly [string, ...string[]];
  prepare(folder: string): string;
  makeRoom(folder: string): string;
}

const UNSHARE = ['unshare', ...(process.getuid?.() === 0 ? [] : ['-Ur']), '-m', '/bin/bash', '-c'] as const;

/** A small tmpfs and a read-only mount where this machine lets us mount, and a limit on the size of files everywhere. */
async function badDisks(): Promise<[kind: string, disk: BadDisk][]> {
  const limited: BadDisk = {
    failure: 'EFBIG',
    shell: ['/bin/bash', '-c'],
    prepare: () => 'trap "" XFSZ; prlimit --fsize=0: --pid $$',
    makeRoom: () => 'prlimit --fsize=10000000: --pid $PPID',
  };
  const full: BadDisk = {
    failure: 'ENOSPC',
    shell: UNSHARE,
    prepare: (folder) => `mount -t tmpfs -o size=64k tmpfs ${folder} && (head -c 100000 /dev/zero > ${folder}/filler 2>/dev/null || true)`,
    makeRoom: (folder) => `rm ${folder}/filler`,
  };
  const readOnly: BadDisk = {
    failure: 'EROFS',
    shell: UNSHARE,
    prepare: (folder) => `mount --bind ${folder} ${folder} && mount -o remount,bind,ro ${folder}`,
    makeRoom: (folder) => `mount -o remount,bind,rw ${folder}`,
  };
  const canMount = await run(UNSHARE, 'mount -t tmpfs tmpfs /mnt').then(
    () => true,
    () => false,
  );
  const mounted: [string, BadDisk][] = [
    ['is full', full],
    ['is read-only', readOnly],
  ];
  return [['takes no more bytes', limited], ...(canMount ? mounted : [])];
}

async function run([file, ...args]: readonly [string, ...string[]], command: string): Promise<string> {
  return (await promisify(execFile)(file, [...args, command])).stdout;
}

test.each(await badDisks())('a toggle on a disk that %s takes effect, says that it is not kept, and is kept later', async (_kind, disk) => {
  const folder = temporaryFolder();
  const parts = [...NODE, join(FIXTURES, 'bad-disk.ts'), join(folder, 'maintenance.json'), disk.makeRoom(folder)];
  const program = parts.map((part) => `'${part}'`).join(' ');
  const report: unknown = JSON.parse(await run(disk.shell, `${disk.prepare(folder)} && exec ${program}`));
  expect(report).toEqual({ ...overcome, failures: [`write ${disk.failure}`] });
});
