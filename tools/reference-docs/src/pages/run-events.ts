import { RUN_EVENT_TYPES, type RunEventType } from '@codex-proxy/contracts';
import { z } from 'zod';
import { code, page, table } from '../markdown.ts';

const schemaSchema = z.object({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.string()).optional(),
  anyOf: z.array(z.object({ type: z.string() })).optional(),
  description: z.string().optional(),
});
const payloadSchema = z.object({ properties: z.record(z.string(), schemaSchema), required: z.array(z.string()).optional() });

/** `run-events.md`: types and payloads from their table, and what is promised of redaction and truncation. */
export function runEventsPage(): string {
  const types = Object.entries<RunEventType>(RUN_EVENT_TYPES);
  return page(
    'Run events',
    INTRODUCTION,
    '## Types',
    table(
      ['type', 'when'],
      types.map(([name, { description }]) => [code(name), description]),
    ),
    '## Payloads',
    PAYLOADS,
    ...types.flatMap(([name, { payload }]) => [`### ${name}`, fieldTable(payload)]),
    '## Redaction',
    REDACTION,
    '## Truncation',
    TRUNCATION,
    '## What is lost, and what is not',
    DELIVERY,
  );
}

function fieldTable(payload: z.ZodObject): string {
  const { properties, required = [] } = payloadSchema.parse(z.toJSONSchema(payload));
  return table(
    ['field', 'type', 'what it says'],
    Object.entries(properties).map(([name, schema]) => [
      code(name),
      `${typeOf(schema)}${required.includes(name) ? '' : ', optional'}`,
      schema.description ?? 'See above.',
    ]),
  );
}

function typeOf({ type, enum: choices, anyOf }: z.infer<typeof schemaSchema>): string {
  if (choices !== undefined) return choices.map(code).join(' ');
  if (anyOf !== undefined) return anyOf.map((alternative) => alternative.type).join(' or ');
  return String(type ?? 'any');
}

const INTRODUCTION =
  'Every valid request for a completion is a run (what is refused as bad is in the access log alone), and what happened in it is a stream of events that is only ever added to: ' +
  '`GET /api/runs/:runId/events`, in pages or as a live tail. An event has `id` (rises in the order of keeping; the cursor), `run_id`, `type`, ' +
  '`created_at` (ISO 8601 UTC), `correlation_id` (the same for a request and its response), `source`, `level` (`info` `warn` `error`, or null), ' +
  '`payload` and `truncated`.';

const PAYLOADS =
  'Of each text an event has the length, `…_chars`. With `RUN_EVENTS_CONTENT=preview` it has the beginning too, `…_preview`: redacted, at most 2,048 ' +
  'characters, `…` at its end where more followed. With `RUN_EVENTS_CONTENT=none`, the default, no field that ends in `_preview` is kept, whoever appended it.';

const REDACTION = `- Every payload goes through the [redaction rules](redaction.md) on the writer thread, before it is stored or shown to anybody; so do
  \`correlation_id\` and \`source\`.
- With \`RUN_EVENTS_CONTENT=none\` the profile is \`log\`: secrets and personal data are taken out, and content under the keys of customer
  content becomes its length. With \`preview\` it is \`archive\`: content stays, without secrets, personal data and IP addresses.
- A text is redacted before it is cut, so that no half of a secret is left at the cut.
- What cannot be judged becomes \`[redacted:failed]\`.
- Paths of files and names of tools are kept in both modes, redacted.`;

const TRUNCATION = `- \`payload\` is always JSON. What JSON cannot write is named instead: \`[circular]\`, \`[function]\`, \`[unreadable]\`; a BigInt becomes its digits.
- A payload whose JSON is larger than \`RUN_EVENTS_MAX_PAYLOAD_BYTES\` (65,536) is cut: long texts end in \`… [+N]\`, long arrays in \`"[+N items]"\`,
  large objects lack their last keys. Its first key is then \`_truncated\`, \`{"bytes": …}\` the size before, and \`truncated\` is true. The event is kept.
- A payload larger than 4 MB keeps nothing but its size.
- After \`RUN_EVENTS_MAX_PER_RUN\` (10,000) events a run gets one \`note\` with the reason \`run_event_limit\`; further ones are dropped and counted.
  \`run_ended\` is kept in any case.`;

const DELIVERY = `- An event that was acknowledged is in the database, and survives a crash of the proxy. One that could not be kept is counted in
  \`codex_run_events_dropped_total\`, by reason: \`queue_full\` (events come faster than they can be written), \`write_failed\`, \`unavailable\`,
  \`closed\`, \`invalid\`, \`run_event_limit\`. No request ever waits for an event or fails for one.
- Runs that were running when the proxy ended are closed at the next start: \`failed\`, \`internal_error\`, with a note \`proxy_exited\`.
- A live tail that is resumed with \`Last-Event-ID\` shows every event that was kept, once.
- Runs and events without activity for \`RUN_EVENTS_RETENTION_DAYS\` (30) are deleted, their bytes overwritten and given back to the disk.`;
