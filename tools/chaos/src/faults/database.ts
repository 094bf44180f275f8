import type { Fault } from './fault.ts';

const DATABASE = 'apps/proxy/tests/integration/database-faults.test.ts';
const SERVED = 'every request is answered';
const NOTHING = 'nothing';
const WITHOUT_RECORD = '200, `degraded`: `run_events`, `agent_logs`, and `archive` when it is looked at meanwhile';
const LOST_ROWS = '`codex_run_events_dropped_total`, `codex_log_dropped_total{sink="agent_logs"}`';
const BEGINS_ANEW = 'whoever puts the file away, by another name, gets a new one at the next attempt, at most 30 s later';

export const DATABASE_FAULTS: readonly Fault[] = [
  {
    name: '`state.sqlite` locked',
    how: 'another process holds `BEGIN EXCLUSIVE`',
    client: SERVED,
    probe: WITHOUT_RECORD,
    metric: 'nothing: rows wait, up to 50,000',
    log: '`run_events_failed`, `agent_logs_failed` (`state_db_busy`), after two seconds',
    after: 'what waited is written: `…_recovered` with a count of 0',
    test: { file: DATABASE, name: 'held by another process delays the record' },
  },
  {
    name: '`state.sqlite` locked at the start',
    how: 'the same, before the proxy starts',
    client: `${SERVED}; the start takes two seconds longer`,
    probe: WITHOUT_RECORD,
    metric: `${LOST_ROWS}: \`unavailable\``,
    log: '`run_events_failed`, `agent_logs_failed` (`state_db_busy`)',
    after: 'opened at the next attempt, at most 30 s later',
    test: { file: DATABASE, name: 'held by another process is waited for' },
  },
  {
    name: '`state.sqlite` damaged',
    how: 'its pages are overwritten while the proxy runs',
    client: `${SERVED}; \`/api/runs\` 500 where it meets the damage`,
    probe: `${WITHOUT_RECORD}, from the first reading or writing that meets the damage`,
    metric: `${LOST_ROWS}: \`unavailable\``,
    log: '`run_events_failed`, `agent_logs_failed` (`state_db_corrupt`)',
    after: `nothing is written into a damaged file; ${BEGINS_ANEW}`,
    test: { file: DATABASE, name: 'damaged takes nothing more' },
  },
  {
    name: '`state.sqlite` removed or replaced',
    how: '`rm`, or a copy moved over it, while the proxy runs',
    client: SERVED,
    probe: `${WITHOUT_RECORD} for a second`,
    metric: 'nothing: rows wait',
    log: '`run_events_failed` (`state_db_unavailable`), though SQLite would go on writing into the file that no one sees',
    after: 'the file of that name is opened, or made, within two seconds',
    test: { file: DATABASE, name: 'is noticed, though nothing fails' },
  },
  {
    name: '`state.sqlite` unusable at the start',
    how: 'pages overwritten, cut off in the middle, no database at all, or of a later version',
    client: SERVED,
    probe: WITHOUT_RECORD,
    metric: `${LOST_ROWS}: \`unavailable\``,
    log: '`run_events_failed`, `agent_logs_failed` (`state_db_corrupt`, `state_db_newer`)',
    after: `the file is left as it is, to the byte; ${BEGINS_ANEW}`,
    test: { file: DATABASE, name: 'is left as it is, and named' },
  },
  {
    name: '`state.sqlite` of no bytes',
    how: 'emptied while no proxy runs',
    client: SERVED,
    probe: '200',
    metric: NOTHING,
    log: NOTHING,
    after: 'it is a new one',
    test: { file: DATABASE, name: 'of no bytes is a new one' },
  },
  {
    name: "the worker's log database locked",
    how: 'another process holds `logs_2.sqlite` when rows have to go',
    client: SERVED,
    probe: '200, `degraded`: `worker_log_db`',
    metric: '`codex_worker_log_db_bytes` stays',
    log: '`worker_log_db_failed`, once',
    after: '`worker_log_db_recovered` at the next look, ten seconds later at most',
    test: { file: DATABASE, name: 'when rows have to go' },
  },
  {
    name: "the worker's log database damaged",
    how: 'its pages overwritten, or no database at all, before a start of the real worker',
    client: SERVED,
    probe: '200',
    metric: NOTHING,
    log: NOTHING,
    after: 'the worker makes a new one',
    test: { file: DATABASE, name: 'costs no turn and no start' },
  },
];
