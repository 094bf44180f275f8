import { RUN_EVENT_TYPE_NAMES, type RunEventContentMode, type RunEventLevel, type RunEventTypeName } from '@codex-proxy/contracts';
import type { RedactorOptions } from '@codex-proxy/redaction';
import { z } from 'zod';

/** What goes to the writer thread. */
export type RunRow = EventRow | StartRow | EndRow | RecoverRow;

export interface EventRow {
  readonly kind: 'event';
  readonly runId: string;
  readonly type: RunEventTypeName;
  readonly createdAt: string;
  readonly correlationId: string | null;
  readonly source: string | null;
  readonly level: RunEventLevel | null;
  /** JSON, as it was given: not redacted yet. */
  readonly payload: string;
  /** Size of a payload that is too large to be looked at; `payload` is empty then. */
  readonly oversizeBytes?: number;
}

export interface StartRow {
  readonly kind: 'start';
  readonly runId: string;
  readonly model: string | null;
  readonly route: string | null;
  readonly startedAt: string;
}

export interface EndRow {
  readonly kind: 'end';
  readonly runId: string;
  readonly status: string;
  readonly model: string | null;
  readonly route: string | null;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly tokensPrompt: number | null;
  readonly tokensResponse: number | null;
  readonly errorCode: string | null;
  /** The terminal record as JSON. */
  readonly terminal: string;
  readonly level: RunEventLevel;
  /** Payload of the last event, as JSON. */
  readonly note: string;
}

/** Closes the runs that were running when the last process ended. */
export interface RecoverRow {
  readonly kind: 'recover';
  readonly at: string;
}

/** Operator rules as `readOperatorRules` gives them: they go to another thread, so they may hold no functions. */
export type RunEventRedaction = Pick<RedactorOptions, 'rules' | 'safeKeys' | 'secretKeys' | 'contentKeys'>;

/** Given to the module of the store on both threads. */
export interface RunModuleOptions {
  readonly content: RunEventContentMode;
  readonly maxPayloadBytes: number;
  readonly maxPerRun: number;
  readonly redaction: RunEventRedaction;
}

/** What the writer says of an event that met the limit of its run: the first such, and those after it. */
export const LIMIT_MARKED = 'run_event_limit_marked';
export const LIMIT_REACHED = 'run_event_limit';

export const pageQuerySchema = z.object({
  runId: z.string(),
  afterId: z.number(),
  limit: z.number(),
  /** All, where it is empty. */
  types: z.array(z.enum(RUN_EVENT_TYPE_NAMES)),
});
export type PageQuery = z.infer<typeof pageQuerySchema>;

/** A page as the reader thread gives it: each event is its id and its JSON text, so that the serving thread parses nothing. */
export const encodedPageSchema = z.object({
  events: z.array(z.tuple([z.number(), z.string()])),
  hasMore: z.boolean(),
  /** The run, as it was in the same moment: JSON of its summary. */
  run: z.string(),
  isRunning: z.boolean(),
});
export type EncodedPage = z.infer<typeof encodedPageSchema>;

export const runsQuerySchema = z.object({
  /** Only runs before this one; from the newest, where it is left out. */
  cursor: z.number().optional(),
  limit: z.number(),
});
export type RunsQuery = z.infer<typeof runsQuerySchema>;

/** What lies before this time, ISO 8601 UTC, is deleted. */
export const pruneRequestSchema = z.object({ before: z.string() });
export const pruneResultSchema = z.object({ events: z.number(), runs: z.number() });
export type PruneResult = z.infer<typeof pruneResultSchema>;
