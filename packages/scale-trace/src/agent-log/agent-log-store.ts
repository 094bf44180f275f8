import { extname } from 'node:path';
import type { Channel, StateDb } from '@codex-proxy/state-db';
import { z } from 'zod';
import type { Look } from '../run/look.ts';
import type { AgentLogEntry, AgentLogRedaction, AgentLogRow } from './agent-log-entry.ts';

export interface AgentLogStoreOptions {
  /** The open database, or the closed one that stands for it. */
  readonly stateDb: StateDb;
  /** Operator rules, beside the built-in ones. Default none. */
  readonly redaction?: AgentLogRedaction;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly nowMs?: () => number;
  /** So many rows of all kinds may wait for the writer before entries give way to the others. Default: as many as the queue holds. */
  readonly maxQueuedRows?: number;
  /** An entry was not kept, and why: a code of the queue. */
  readonly onDropped?: (reason: string) => void;
}

/** Takes entries for `agent_logs`. Best effort, and off the caller's path: redaction and writing happen on the writer thread. */
export interface AgentLogStore {
  /** Never throws; takes a microsecond or two. */
  append(entry: AgentLogEntry): void;
  /** What there is to archive, looked up on the writer thread, in steps between which it writes. Rejects with a `StateDbError`. */
  look(thresholdBytes: number): Promise<Look>;
}

const lookSchema = z.object({
  sizeBytes: z.number(),
  lastArchivedAt: z.string().optional(),
  hasTooMany: z.boolean(),
  hasWork: z.boolean(),
});

/** A longer message is cut: the end of a line of standard error says no more than its beginning. */
const LONGEST_MESSAGE = 16_384;
/** A larger payload is left out. */
const LONGEST_PAYLOAD = 65_536;

export function createAgentLogStore(options: AgentLogStoreOptions): AgentLogStore {
  const { stateDb, redaction = {}, nowMs = Date.now, maxQueuedRows = Infinity, onDropped } = options;
  const channel: Channel<AgentLogRow> = stateDb.channel<AgentLogRow>({
    writer: new URL(`./agent-log-writer${extname(import.meta.url)}`, import.meta.url),
    reader: new URL(`./agent-log-reader${extname(import.meta.url)}`, import.meta.url),
    options: redaction,
    sizeOf: ({ message, payload }) => (message?.length ?? 0) + (payload?.length ?? 0),
    onOutcome: (_row, outcome) => {
      if (typeof outcome === 'string') onDropped?.(outcome);
    },
  });
  return {
    append({ runId, source, level, event, message, payload }) {
      if (stateDb.queuedRows >= maxQueuedRows) return onDropped?.('queue_full');
      channel.post({
        createdAt: new Date(nowMs()).toISOString(),
        runId: runId ?? null,
        source,
        level,
        event,
        message: message === undefined ? null : message.slice(0, LONGEST_MESSAGE),
        payload: encoded(payload),
      });
    },
    look: async (thresholdBytes) => lookSchema.parse(await channel.run('look', thresholdBytes)),
  };
}

function encoded(payload: AgentLogEntry['payload']): string | null {
  if (payload === undefined) return null;
  try {
    const text = JSON.stringify(payload);
    return text.length <= LONGEST_PAYLOAD ? text : JSON.stringify({ truncated: true, chars: text.length });
  } catch {
    return JSON.stringify({ truncated: true });
  }
}
