import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { readManifest } from '../archive/manifest.ts';
import { tailOf } from '../files/tail.ts';
import { deniedBy, deniedText } from '../files/absence.ts';
import { isFolder, statsOf, walk } from '../files/walk.ts';
import type { Disk } from './document.ts';
import { readRecentRequests, type RecentRequests } from './recent-requests.ts';

const TAIL_BYTES = 256 * 1_024;
const POLL_MS = 50;
/** Within it a record of a request is written. */
const MOST_POLLS = 20;

/** The state folder on this machine, once it is certain that it is that of the proxy: behind a tunnel it is another one's. */
export class LocalFolder {
  readonly #path: string;
  #isOwn = false;

  /** @param path Absolute. */
  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Why the folder cannot be looked at; undefined where it can.
   * @param requestId A request that the proxy has just answered, which its access log must have. Undefined: nobody answers, and it is taken on trust.
   */
  async strangeness(requestId: string | undefined): Promise<string | undefined> {
    const denied = deniedBy(this.#path);
    if (denied !== undefined) return deniedText(this.#path, denied);
    if (!isFolder(this.#path)) return `there is no folder ${this.#path}: name the state folder of the proxy with --state-dir`;
    if (requestId === undefined || this.#isOwn) return undefined;
    for (let poll = 0; poll < MOST_POLLS; poll += 1) {
      this.#isOwn = (await tailOf(join(this.#path, 'access.ndjson'), TAIL_BYTES)).includes(requestId);
      if (this.#isOwn) return undefined;
      await wait(POLL_MS);
    }
    const log = join(this.#path, 'access.ndjson');
    const refused = deniedBy(log);
    if (refused !== undefined) return deniedText(log, refused);
    return `the access log in ${this.#path} is not that of this proxy, or cannot be written: name its state folder with --state-dir`;
  }

  async disk(): Promise<Disk> {
    const { bavail, bsize } = await statfs(this.#path);
    const usedBytes = [...walk(this.#path)].reduce((sum, { stats }) => sum + (stats.isFile() ? stats.size : 0), 0);
    return { state_dir: this.#path, used_bytes: usedBytes, free_bytes: bavail * bsize };
  }

  /** When the newest archive was done, ISO 8601 UTC, by whichever process; undefined before the first, and where that cannot be read. */
  async lastArchivedAt(): Promise<string | undefined> {
    const manifest = await readManifest(join(this.#path, 'state.sqlite')).catch(() => []);
    return manifest
      .map(({ doneAt }) => doneAt)
      .filter((at) => at !== undefined)
      .toSorted()
      .at(-1);
  }

  /** What the table of agent logs takes now, in bytes; undefined where that cannot be measured. */
  async agentLogsBytes(): Promise<number | undefined> {
    const database = join(this.#path, 'state.sqlite');
    if (statsOf(database) === undefined) return undefined;
    const { ScaleTrace } = await import('@codex-proxy/scale-trace');
    return ScaleTrace.getAgentLogsSize(database).catch(() => undefined);
  }

  async recentRequests(nowMs: number): Promise<RecentRequests | undefined> {
    return readRecentRequests(this.#path, nowMs);
  }
}
