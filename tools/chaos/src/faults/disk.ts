import type { Fault } from './fault.ts';

const DISK = 'apps/proxy/tests/integration/disk-faults.test.ts';
const SERVED = 'every request is answered';
const NOTHING = 'nothing';
const LOST_ROWS = '`codex_run_events_dropped_total`, `codex_log_dropped_total{sink="agent_logs"}`';

export const DISK_FAULTS: readonly Fault[] = [
  {
    name: 'disk full',
    how: 'the state folder is a small disk that is filled to the last byte',
    client: SERVED,
    probe: '200, `degraded`: `trace_buffer`, `run_events`, `agent_logs`, `log_sink`',
    metric: `${LOST_ROWS}, \`codex_trace_buffer_write_errors_total\``,
    log: '`run_events_failed` and `agent_logs_failed` (`state_db_full`), `trace_buffer_failed`, `log_sink_failed` for each file, `maintenance_file_failed` for a switch; each once',
    after:
      'all is kept again within seconds, also without requests; log lines that waited are written; `…_recovered` says how much was lost',
    test: { file: DISK, name: 'that is full costs records' },
  },
  {
    name: 'disk turns read-only',
    how: 'an ext4 disk is shut down under open files, as a kernel does that meets damage',
    client: SERVED,
    probe: '200, `degraded`: `trace_buffer`, `run_events`, `agent_logs`, `log_sink`',
    metric: `${LOST_ROWS}, \`codex_trace_buffer_write_errors_total\``,
    log: '`run_events_failed`, `agent_logs_failed`, `trace_buffer_failed`, `log_sink_failed`',
    after: 'such a disk has to be mounted anew; the proxy drains and stops as ever',
    test: { file: DISK, name: 'that turns read-only under open files' },
  },
  {
    name: 'state folder read-only at the start',
    how: 'a disk that holds the folders is mounted read-only',
    client: `${SERVED}, where the worker starts`,
    probe: '200, `degraded`: and `worker_log_db`, unless its last worker left its write-ahead log',
    metric: LOST_ROWS,
    log: '`run_events_failed` and `agent_logs_failed` (`state_db_unavailable`), `trace_buffer_failed`, `log_sink_failed`',
    after: 'all is kept again within half a minute of its being writable',
    test: { file: DISK, name: 'that is read-only at the start' },
  },
  {
    name: 'no state folder, and none can be made',
    how: 'an empty disk is mounted read-only',
    client: 'none: the proxy does not start',
    probe: NOTHING,
    metric: NOTHING,
    log: 'stderr names `PROXY_STATE_DIR`, the folder and the reason; exit 1',
    after: 'whoever runs it starts it again',
    test: { file: DISK, name: 'that is read-only at a first start' },
  },
  {
    name: 'state folder removed',
    how: '`rm -r` of the whole folder while the real worker serves',
    client: '500 `internal_error`, retryable, for at most a second; then every request is answered',
    probe: '200, `degraded`: `run_events`, `agent_logs` for a second or two',
    metric: LOST_ROWS,
    log: '`worker_home_restored` for each folder and for the catalog of models, `run_events_failed` (`state_db_unavailable`)',
    after: 'all is made again within two seconds; what was in it is gone',
    test: { file: DISK, name: 'is made again, be it the whole state folder' },
  },
  {
    name: 'a folder in it removed',
    how: '`rm -r` of `trace-buffer`, `workdir` or `codex-home`',
    client: 'as above for `codex-home`, else every request is answered',
    probe: '200',
    metric: NOTHING,
    log: '`worker_home_restored` for what the worker needs',
    after: 'made again within a second, or with the next trace',
    test: { file: DISK, name: 'alone costs nobody anything' },
  },
  {
    name: '`maintenance.json` damaged',
    how: 'it is no whole JSON when the proxy starts',
    client: '503 `maintenance`, with `Retry-After`: what an operator may have switched on is not forgotten',
    probe: '200, with `maintenance_mode` true',
    metric: '`codex_maintenance_mode{state="on"}` 1',
    log: '`maintenance_file_failed` (`read`) and `maintenance_toggled` (`corrupt_file`)',
    after: 'whoever switches it off writes the file anew',
    test: { file: 'apps/proxy/tests/integration/maintenance.test.ts', name: 'that finds the file spoiled says so' },
  },
];
