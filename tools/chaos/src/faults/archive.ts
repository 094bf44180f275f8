import type { Fault } from './fault.ts';

const FILE = 'apps/proxy/tests/integration/archive-faults.test.ts';
const SERVED = 'every request is answered';
const DEGRADED = '200, `degraded`: `archive`';
const STAYS = '`codex_agent_logs_bytes` stays above the threshold, `codex_archive_last_success_timestamp_seconds` behind';
const UNUSABLE = '`archive_failed` (`archive_folder_unusable`), once';
const NO_ROW_LOST = 'no row is lost';

export const ARCHIVE_FAULTS: readonly Fault[] = [
  {
    name: 'disk fills while an archive is written',
    how: 'a small disk with room for a part of the archive',
    client: SERVED,
    probe: '200, `degraded`: `archive`, and `run_events`, `agent_logs` while no byte is left',
    metric: STAYS,
    log: '`archive_started`, `archive_failed` (`archive_disk_full`), once',
    after: `the part is removed at once, ${NO_ROW_LOST}; with room again it is archived by itself, and \`archive_recovered\` says so`,
    test: { file: FILE, name: 'that fills while it is written is given up, and its bytes with it' },
  },
  {
    name: 'folder removed while an archive is written',
    how: '`rm -r` of `archives` in the middle of the export',
    client: SERVED,
    probe: DEGRADED,
    metric: STAYS,
    log: UNUSABLE,
    after: `the next run makes the folder and archives all rows; ${NO_ROW_LOST}`,
    test: { file: FILE, name: 'that is removed while an archive is written costs that archive and no row' },
  },
  {
    name: 'folder removed between two runs',
    how: '`rm -r` of `archives`',
    client: SERVED,
    probe: '200',
    metric: 'nothing',
    log: 'nothing',
    after: 'the next run makes it again; the archives that were in it are gone',
    test: { file: FILE, name: 'that is removed between two runs is made again' },
  },
  {
    name: 'folder read-only',
    how: '`ARCHIVE_DIR` on a disk that is mounted read-only',
    client: SERVED,
    probe: DEGRADED,
    metric: STAYS,
    log: UNUSABLE,
    after: `archived by the first run that finds it writable; ${NO_ROW_LOST}`,
    test: { file: FILE, name: 'of its own that is read-only is not begun' },
  },
  {
    name: 'disk turns read-only while an archive is written',
    how: 'an ext4 disk of the archives is shut down under the open file',
    client: SERVED,
    probe: DEGRADED,
    metric: STAYS,
    log: UNUSABLE,
    after: `such a disk has to be mounted anew; ${NO_ROW_LOST}`,
    test: { file: FILE, name: 'of its own that turns read-only while it is written is given up' },
  },
];
