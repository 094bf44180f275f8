import type { Database, Statement } from 'better-sqlite3';

interface RunCount {
  readonly runId: string;
  /** Events that the run has, those of the open transaction included. */
  count: number;
  /** Of them, those that its row does not know of yet. */
  pending: number;
  latestEventAt: string;
}

const REMEMBERED_RUNS = 10_000;

/** How many events each run has: remembered for the runs that are written to, and put into their rows once a transaction. */
export class RunCounts {
  readonly #select: Statement<[string], { event_count: number }>;
  readonly #insert: Statement<[string, string]>;
  readonly #update: Statement<[number, string, string]>;
  readonly #known = new Map<string, RunCount>();
  readonly #changed = new Set<RunCount>();

  constructor(database: Database) {
    this.#select = database.prepare('SELECT event_count FROM runs WHERE run_id = ?');
    this.#insert = database.prepare(`INSERT OR IGNORE INTO runs (run_id, status, started_at) VALUES (?, 'running', ?)`);
    this.#update = database.prepare(
      `UPDATE runs SET event_count = event_count + ?, latest_event_at = max(coalesce(latest_event_at, ''), ?) WHERE run_id = ?`,
    );
  }

  /** Events of a run; a run that nobody has started begins now. */
  count(runId: string, at: string): number {
    return this.#read(runId, at).count;
  }

  add(runId: string, at: string): void {
    const run = this.#read(runId, at);
    run.count += 1;
    run.pending += 1;
    run.latestEventAt = at > run.latestEventAt ? at : run.latestEventAt;
    this.#changed.add(run);
  }

  /** Puts what has changed into the rows. */
  write(): void {
    for (const run of this.#changed) {
      this.#update.run(run.pending, run.latestEventAt, run.runId);
      run.pending = 0;
    }
    this.#changed.clear();
  }

  /** What is remembered may be wrong. */
  forget(): void {
    this.#known.clear();
    this.#changed.clear();
  }

  #read(runId: string, at: string): RunCount {
    const known = this.#known.get(runId);
    if (known !== undefined) return known;
    if (this.#known.size >= REMEMBERED_RUNS) {
      this.write();
      this.forget();
    }
    let row = this.#select.get(runId);
    if (row === undefined) {
      this.#insert.run(runId, at);
      row = { event_count: 0 };
    }
    const run = { runId, count: row.event_count, pending: 0, latestEventAt: '' };
    this.#known.set(runId, run);
    return run;
  }
}
