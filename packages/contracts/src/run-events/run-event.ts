import { z } from 'zod';
import { OUTCOMES } from '../log/log-fields.ts';
import { RUN_EVENT_TYPE_NAMES, type RunEventPayload, type RunEventTypeName } from './run-event-types.ts';

export const RUN_EVENT_LEVELS = ['info', 'warn', 'error'] as const;
export type RunEventLevel = (typeof RUN_EVENT_LEVELS)[number];

/** Ids of runs: `req_…`, made by the proxy. */
export const runIdSchema = z.string().regex(/^[A-Za-z0-9_.:-]{1,128}$/);

const type = z.enum(RUN_EVENT_TYPE_NAMES);

/** An event as it is appended. */
export const runEventInputSchema = z.object({
  type,
  /** ISO 8601; now, where it is left out. */
  created_at: z.iso.datetime({ offset: true }).optional(),
  /** Pairs a request with its response. */
  correlation_id: z.string().min(1).max(200).nullish(),
  /** The part that speaks: proxy, worker, … */
  source: z.string().min(1).max(64).nullish(),
  level: z.enum(RUN_EVENT_LEVELS).nullish(),
  /** Anything; see `RUN_EVENT_TYPES` for what the proxy puts there. */
  payload: z.unknown().optional(),
});
export type RunEventInput = z.infer<typeof runEventInputSchema>;

/** An event of a type, with the payload of that type: what the proxy itself appends. */
export interface RunEventOf<T extends RunEventTypeName> extends RunEventInput {
  readonly type: T;
  readonly payload: RunEventPayload<T>;
}

/** An event as it is kept and read. */
export const runEventSchema = z.strictObject({
  /** Rises in the order in which events were kept; the cursor. */
  id: z.int().positive(),
  run_id: runIdSchema,
  type,
  created_at: z.iso.datetime(),
  correlation_id: z.string().nullable(),
  source: z.string().nullable(),
  level: z.enum(RUN_EVENT_LEVELS).nullable(),
  payload: z.json(),
  /** Whether the payload was cut to fit; it then begins with the key `_truncated`. */
  truncated: z.boolean(),
});
export type RunEvent = z.infer<typeof runEventSchema>;

/** Answer of `GET /api/runs/:runId/events`. */
export const runEventsPageSchema = z.strictObject({
  events: z.array(runEventSchema),
  /** Where the next page begins: the last id, or the one given when the page is empty. */
  nextAfterId: z.int().nonnegative(),
  hasMore: z.boolean(),
});
export type RunEventsPage = z.infer<typeof runEventsPageSchema>;

const tokens = z.int().nonnegative().nullable();

/** A run without its events. */
export const runSummarySchema = z.strictObject({
  run_id: runIdSchema,
  status: z.enum(['running', ...OUTCOMES]),
  model: z.string().nullable(),
  route: z.string().nullable(),
  started_at: z.iso.datetime(),
  ended_at: z.iso.datetime().nullable(),
  latest_event_at: z.iso.datetime().nullable(),
  event_count: z.int().nonnegative(),
  tokens_prompt: tokens,
  tokens_response: tokens,
  error_code: z.string().nullable(),
});
export type RunSummary = z.infer<typeof runSummarySchema>;

/** Answer of `GET /api/runs`, newest first. */
export const runsPageSchema = z.strictObject({ runs: z.array(runSummarySchema), nextCursor: z.string().nullable() });
export type RunsPage = z.infer<typeof runsPageSchema>;

/** Answer of `GET /api/runs/:runId`. */
export const runDetailSchema = runSummarySchema.extend({
  /** Events kept, by type. */
  events_by_type: z.partialRecord(type, z.int().positive()),
  /** The terminal record of the request, in the names of the log schema; null while it runs. */
  terminal: z.record(z.string(), z.json()).nullable(),
});
export type RunDetail = z.infer<typeof runDetailSchema>;
