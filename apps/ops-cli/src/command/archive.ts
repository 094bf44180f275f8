import type { CommandDefinition, ExitCode, FileOption } from './command.ts';
import { JSON_OPTION, STATE_DIR_OPTION } from './options.ts';

const ARCHIVE_DIR_OPTION: FileOption = {
  kind: 'file',
  name: 'archive-dir',
  placeholder: 'DIR',
  description: 'the folder of the archives; archives in the state folder by default',
  environment: 'ARCHIVE_DIR',
};

const FILE = { placeholder: 'FILE', description: 'an archive: a name in the archive folder, or a path' };
const VERSION = { field: 'version', description: '1; rises when a field changes its meaning' };
const USAGE: ExitCode = { code: 2, description: 'usage: an unknown option, or a value or rules that cannot be used' };

export const ARCHIVE_RUN: CommandDefinition = {
  name: 'archive run',
  summary: 'archive agent_logs now, if the table takes more than it may: export, verify, purge, give the bytes back',
  description: [
    'Does what the proxy does by itself after runs: resumes what was cut, then, where agent_logs takes more than the threshold, writes all of it ' +
      'into a verified, redacted archive, purges what is in it, and gives the bytes back to the disk. At every moment each row is in the table, in an ' +
      'archive, or in both, whatever is killed when. Ctrl-C stops it: before the archive is verified the next run begins anew, afterwards it goes on.',
    'The proxy may be up or down. One archiver works at a time, across processes: where another does, this one says so and exits 1.',
  ],
  options: [
    {
      kind: 'integer',
      name: 'threshold-mb',
      placeholder: 'MB',
      description: 'what the table may take; $AGENT_LOGS_ARCHIVE_THRESHOLD_MB, else 100, by default',
      min: 0,
      max: 1_048_576,
    },
    { kind: 'flag', name: 'force', description: 'archive whatever the table takes' },
    STATE_DIR_OPTION,
    ARCHIVE_DIR_OPTION,
    JSON_OPTION,
  ],
  document: [
    VERSION,
    {
      field: 'outcomes',
      description:
        '[{kind, size_bytes, threshold_bytes, path, rows_archived, rows_purged, original_bytes, compressed_bytes, bytes_returned, duration_ms, ' +
        'error_code}]: one for each archive of an earlier run, then one for this; kind: archived, below_threshold, resumed, busy, stopped, failed',
    },
  ],
  examples: [
    { line: 'codex-ops archive run', description: 'Archive, if there is too much.' },
    { line: 'codex-ops archive run --force', description: 'Archive all there is, before an upgrade.' },
  ],
  exitCodes: [
    { code: 0, description: 'done, or nothing had to be' },
    { code: 1, description: 'it failed or was stopped, there is no such database, or another archiver is at work; no row is lost' },
    USAGE,
  ],
  load: async () => (await import('../archive/run-action.ts')).archiveRunAction,
};

export const ARCHIVE_LIST: CommandDefinition = {
  name: 'archive list',
  summary: 'the archives of agent_logs, with age, rows, sizes and state',
  description: [
    'Rows, unpacked sizes and states are those of the manifest in state.sqlite. done: the rows are purged; pending: not all of them yet, the next run ' +
      'goes on; unlisted: the database does not know it; unfinished: it is being written, or was left by a process that was killed; missing: it is ' +
      'pending and not there, so that its rows will be archived anew.',
  ],
  options: [STATE_DIR_OPTION, ARCHIVE_DIR_OPTION, JSON_OPTION],
  document: [
    VERSION,
    { field: 'folder', description: 'where they are' },
    { field: 'removed', description: 'how many that the manifest has as done are not there any more: retention removes old ones' },
    {
      field: 'archives',
      description:
        '[{name, path, state, created_at, age_seconds, compressed_bytes, original_bytes, rows, sha256}], oldest first; null: unknown',
    },
  ],
  examples: [{ line: 'codex-ops archive list', description: 'What is there?' }],
  exitCodes: [
    { code: 0, description: 'done, also where there are none' },
    { code: 1, description: 'the folder is not there, or cannot be read' },
    USAGE,
  ],
  load: async () => (await import('../archive/list-action.ts')).archiveListAction,
};

export const ARCHIVE_VERIFY: CommandDefinition = {
  name: 'archive verify',
  summary: 'whether an archive is whole: every byte unpacked, every row parsed, compared with the manifest',
  description: [
    'Prints its rows, its sizes and its SHA-256, and whether it is the one that was written here. It takes no more memory than a row.',
  ],
  arguments: [FILE],
  options: [STATE_DIR_OPTION, ARCHIVE_DIR_OPTION, JSON_OPTION],
  document: [
    VERSION,
    { field: 'path', description: 'the archive' },
    { field: 'rows, original_bytes, compressed_bytes', description: 'what was counted' },
    { field: 'sha256', description: 'of the file, as sha256sum prints it' },
    { field: 'manifest', description: 'same, differs or unlisted: what the database knows of it' },
  ],
  examples: [{ line: 'codex-ops archive verify agent_logs_20261121T021004.000Z.json.gz', description: 'Can it be relied on?' }],
  exitCodes: [
    { code: 0, description: 'it is whole, and not another than the manifest says' },
    { code: 1, description: 'it is damaged, missing, or another' },
    USAGE,
  ],
  load: async () => (await import('../archive/verify-action.ts')).archiveVerifyAction,
};

export const ARCHIVE_RESTORE: CommandDefinition = {
  name: 'archive restore',
  summary: 'the rows of an archive, back into the table agent_logs of a database, or printed',
  description: [
    'Each row goes back under its id, redacted as it is in the archive; where the id is there already, the row of the table stays. Doing it twice ' +
      'changes nothing. A database that is not there is made. Into a database of its own, rows can be queried and then thrown away; into ' +
      'state.sqlite, the archiver takes them for new ones, and archives them again once there is too much.',
    'A damaged archive is refused before anything is touched or printed.',
  ],
  arguments: [FILE],
  options: [
    { kind: 'file', name: 'into', placeholder: 'DATABASE', description: 'the SQLite file to restore into' },
    { kind: 'flag', name: 'stdout', description: 'print the rows instead, NDJSON' },
    STATE_DIR_OPTION,
    ARCHIVE_DIR_OPTION,
    JSON_OPTION,
  ],
  document: [
    VERSION,
    { field: 'path, database', description: 'from where, into what' },
    { field: 'rows_restored', description: 'rows that were put back' },
    { field: 'rows_present', description: 'rows whose id was there already' },
    { field: 'rows_conflicting', description: 'of these, those that were created at another time, so that the id is another row’s' },
  ],
  examples: [
    {
      line: 'codex-ops archive restore agent_logs_20261121T021004.000Z.json.gz --into /tmp/old.sqlite',
      description: 'Look into old rows with SQL.',
    },
    {
      line: 'codex-ops archive restore agent_logs_20261121T021004.000Z.json.gz --stdout | jq -c \'select(.level == "error")\'',
      description: 'Search an archive.',
    },
  ],
  exitCodes: [
    { code: 0, description: 'done' },
    { code: 1, description: 'the archive is damaged or missing, or the table cannot take it' },
    { code: 2, description: 'usage: neither --into nor --stdout, or both; --stdout with --json; an unknown option' },
  ],
  load: async () => (await import('../archive/restore-action.ts')).archiveRestoreAction,
};
