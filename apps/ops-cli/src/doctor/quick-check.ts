import { causeOf } from '../errors.ts';

export interface QuickCheck {
  /** `ok`, or the first fault. */
  readonly verdict: string;
  readonly schemaVersion: number;
  /** Of this program, for its own database; else 0. */
  readonly newestVersion: number;
  readonly error?: string;
}

const LONGEST_VERDICT = 200;

/** https://www.sqlite.org/pragma.html#pragma_quick_check. Blocks for as long as it takes to read the file. */
export async function quickCheck(path: string, isOurs: boolean): Promise<QuickCheck> {
  const { MIGRATIONS, openStateDatabaseReadOnly } = await import('@codex-proxy/state-db');
  const newestVersion = isOurs ? (MIGRATIONS.at(-1)?.version ?? 0) : 0;
  try {
    const database = openStateDatabaseReadOnly(path, { busyTimeoutMs: 5_000 });
    try {
      const [verdict = ''] = String(database.pragma('quick_check(1)', { simple: true })).split('\n');
      const schemaVersion = Number(database.pragma('user_version', { simple: true }));
      return { verdict: verdict.slice(0, LONGEST_VERDICT), schemaVersion, newestVersion };
    } finally {
      database.close();
    }
  } catch (error) {
    return { verdict: '', schemaVersion: 0, newestVersion, error: causeOf(error) };
  }
}
