import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmdirSync, statSync, truncateSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getuid } from 'node:process';

const NAMESPACE = [...(getuid?.() === 0 ? [] : ['--map-root-user']), '--mount', '--propagation', 'private'] as const;
const FILLER = '.filler';
const PIECE = Buffer.alloc(65_536, 0x78);

/** Kernels without a disk of their own to spare still have memory; what is to break under open files is a disk image. */
export type FileSystem = 'tmpfs' | 'ext4';

/** A disk of a few megabytes that can really be full, or read-only. It is mounted for those alone that are started by `enter`. Linux only. */
export interface Volume {
  /** Where those that are started by `enter` find it. */
  readonly path: string;
  /** Where everybody else does, as long as it is there. */
  readonly outside: string;
  /** The command that starts another one beside the volume, by its own process id. */
  enter(command: readonly string[]): string[];
  /** To the last byte, or to so many before it. */
  fill(roomBytes?: number): void;
  /** Takes away again what filled it. */
  free(): void;
  /** For everybody who opens something from now on; fails while somebody has a file open for writing. */
  remount(mode: 'ro' | 'rw'): void;
  /** What a kernel does when it meets damage on an ext4 disk: read-only at once, open files included, and for good. */
  shutDown(): void;
  /** Ends it, when those have ended that use it. */
  remove(): Promise<void>;
}

const MOUNT: Readonly<Record<FileSystem, string>> = {
  tmpfs: 'mount -t tmpfs -o "size=$1m,mode=0700" none "$0"',
  // The image is gone from the folder that it was made in, and from the disk with the mount.
  ext4: 'truncate -s "$1M" "$0.img" && mkfs.ext4 -q -m 0 -O ^has_journal "$0.img" && mount -o loop "$0.img" "$0"; rm -f "$0.img"; mountpoint -q "$0"',
};

/** Whether this machine lets processes mount such a file system for themselves. */
export function canMount(fileSystem: FileSystem = 'tmpfs'): boolean {
  const path = mkdtempSync(join(tmpdir(), 'chaos-volume-'));
  try {
    return spawnSync('unshare', [...NAMESPACE, 'sh', '-c', MOUNT[fileSystem], path, '1']).status === 0;
  } finally {
    rmdirSync(path);
  }
}

export interface VolumeOptions {
  readonly megabytes: number;
  /** Default `tmpfs`. */
  readonly fileSystem?: FileSystem;
}

/** @throws Error where nothing can be mounted. */
export async function makeVolume({ megabytes, fileSystem = 'tmpfs' }: VolumeOptions): Promise<Volume> {
  const path = mkdtempSync(join(tmpdir(), 'chaos-volume-'));
  // Ends with us, whatever becomes of us: its input does.
  const script = `{ ${MOUNT[fileSystem]}; } && echo mounted && exec cat > /dev/null`;
  const holder = spawn('unshare', [...NAMESPACE, 'sh', '-c', script, path, String(megabytes)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(holder, 'close');
  const said = await Promise.race([once(holder.stdout, 'data'), ended.then(() => undefined)]);
  if (said === undefined || holder.pid === undefined) throw new Error(`no ${fileSystem} could be mounted`);
  const pid = String(holder.pid);
  const into = ['--target', pid, ...(getuid?.() === 0 ? [] : ['--user', '--preserve-credentials']), '--mount'];
  const outside = `/proc/${pid}/root${path}`;
  const remount = (options: string): void => {
    const { status, stderr } = spawnSync('nsenter', [...into, 'mount', '-o', `remount,${options}`, path]);
    if (status !== 0) throw new Error(`remounting failed: ${stderr.toString()}`);
  };
  return {
    path,
    outside,
    // To enter a namespace leaves the working directory.
    enter: (command) => ['sh', '-c', `exec nsenter ${into.join(' ')} sh -c 'cd "$0" && exec "$@"' "$PWD" "$@"`, 'sh', ...command],
    fill: (roomBytes = 0) => {
      const filler = join(outside, FILLER);
      fill(filler);
      if (roomBytes > 0) truncateSync(filler, Math.max(0, statSync(filler).size - roomBytes));
    },
    free: () => {
      unlinkSync(join(outside, FILLER));
    },
    remount: (mode) => {
      remount(mode);
    },
    shutDown: () => {
      remount('abort');
    },
    remove: async () => {
      holder.stdin.end();
      await ended;
      rmdirSync(path);
    },
  };
}

function fill(path: string): void {
  const file = openSync(path, 'a');
  try {
    for (let size = PIECE.length; size > 0;) {
      try {
        writeSync(file, PIECE, 0, size);
      } catch (error) {
        if (!(error instanceof Error) || !('code' in error) || error.code !== 'ENOSPC') throw error;
        size = Math.floor(size / 2);
      }
    }
  } finally {
    closeSync(file);
  }
}
