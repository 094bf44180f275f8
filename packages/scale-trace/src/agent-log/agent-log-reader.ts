import type { RowReader } from '@codex-proxy/state-db';

/** Nothing is asked of `agent_logs` while the proxy runs: `codex-ops` reads the file, and the archiver has connections of its own. */
export function createRowReader(): RowReader {
  return {};
}
