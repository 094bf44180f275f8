import { z } from 'zod';
import type { ERROR_CODES } from '../errors/error-codes.ts';
import { OUTCOMES } from '../log/log-fields.ts';

/** A kind of run event. */
export interface RunEventType {
  readonly description: string;
  /** What its payload holds. A field that ends in `_preview` is content. */
  readonly payload: z.ZodObject;
}

const count = z.int().nonnegative();
const ms = z.number().nonnegative();
const chars = (what: string) => count.describe(`Length of ${what}, in UTF-16 units.`);
const preview = (what: string) => z.string().optional().describe(`The beginning of ${what}.`);

const kind = z
  .enum(['command', 'mcp', 'client', 'web_search', 'agent'])
  .describe('What kind of tool it is; `client` are the functions of a request.');
const tool = z.string().describe('Name of the tool; of a command, the program.');
const server = z.string().optional().describe('The MCP server that offers the tool.');
const status = z.enum(['completed', 'failed', 'declined']).describe('How the worker says it ended.');
const success = z.boolean().describe('Whether it did what it was to do.');
const exitCode = z.int().nullable().describe('Exit code; null where there is none.');
const durationMs = ms.nullable().describe('How long it took, as the worker measured it.');
const framework = z.string().describe('The test runner that was recognised.');

const files = z
  .array(
    z.object({
      path: z.string(),
      kind: z.enum(['add', 'delete', 'update']),
      move_path: z.string().optional(),
      added: count,
      removed: count,
    }),
  )
  .describe('Each file with the lines added and removed; at most 200.');
const patch = {
  file_count: count.describe('Files touched.'),
  added: count.describe('Lines added.'),
  removed: count.describe('Lines removed.'),
  files,
  diff_chars: chars('the diff'),
  diff_preview: preview('the diff'),
};

/** Every type of event in a run. One row a type: `docs/reference/run-events.md` and the label `type` derive from it. */
export const RUN_EVENT_TYPES = {
  llm_request: {
    description: 'A request goes to the model.',
    payload: z.object({
      model: z.string().optional().describe('The model asked for.'),
      provider: z.string().optional().describe('Kind of model provider.'),
      stream: z.boolean().optional().describe('Whether the answer is a stream.'),
      effort: z.string().optional().describe('Reasoning effort asked for.'),
      output_mode: z.string().optional().describe('How textual tool calls are given to the client.'),
      message_count: count.describe('Messages of the conversation.'),
      tool_count: count.describe('Tools that the model is offered.'),
      input_chars: chars('the conversation'),
      last_message_chars: chars('its last message'),
      last_message_preview: preview('its last message'),
    }),
  },
  llm_response: {
    description: 'The model has given a message.',
    payload: z.object({
      text_chars: chars('the message'),
      text_preview: preview('the message'),
      phase: z.string().optional().describe('Which part of the answer it is, where the worker says so.'),
      finish_reason: z.string().optional().describe("OpenAI's finish reason."),
      tokens_prompt: count.optional().describe("Prompt tokens as the worker's provider reported them."),
      tokens_response: count.optional().describe('Completion tokens, likewise.'),
      tokens_cached: count.optional().describe('Prompt tokens served from a cache, likewise.'),
      tokens_reasoning: count.optional().describe('Completion tokens spent on reasoning, likewise.'),
    }),
  },
  tool_call: {
    description: 'A tool is called: a command, a tool of an MCP server, a function of the client, a web search, another agent.',
    payload: z.object({
      kind,
      tool,
      server,
      textual: z.boolean().optional().describe('Whether the model wrote the call as text.'),
      actions: z.array(z.string()).optional().describe('What the worker takes a command to do: read, listFiles, search, unknown.'),
      arguments_chars: chars('its arguments, or of the command line'),
      arguments_preview: preview('them'),
    }),
  },
  tool_result: {
    description: 'A tool has answered.',
    payload: z.object({
      kind,
      tool,
      server,
      status,
      success,
      exit_code: exitCode.optional(),
      duration_ms: durationMs,
      output_chars: chars('what it answered'),
      output_preview: preview('that'),
    }),
  },
  patch_proposed: { description: 'The model wants to change files.', payload: z.object(patch) },
  patch_applied: { description: 'The change was made, or refused.', payload: z.object({ status, success, ...patch }) },
  test_started: {
    description: 'A command is a known test runner.',
    payload: z.object({ framework, arguments_chars: chars('the command line'), arguments_preview: preview('it') }),
  },
  test_result: {
    description: 'A test runner has ended.',
    payload: z.object({
      framework,
      status,
      success,
      exit_code: exitCode,
      duration_ms: durationMs,
      passed: count.optional().describe('Tests that passed, where its output says so.'),
      failed: count.optional().describe('Tests that failed, likewise.'),
      skipped: count.optional().describe('Tests that were skipped, likewise.'),
      output_chars: chars('its output'),
      output_preview: preview('it'),
    }),
  },
  note: {
    description:
      'A remark of the system. `run_ended` is the last event of every run whose end the proxy saw; `run_event_limit` says that the run had more events than are kept; ' +
      '`proxy_exited` that the proxy ended before the run did.',
    payload: z.looseObject({
      reason: z.string().describe('What it is about.'),
      outcome: z.enum(OUTCOMES).optional().describe('How the run ended.'),
      status: count.optional().describe('HTTP status that the run counts under.'),
      error_code: z.string().optional().describe('A code from the table of errors.'),
      latency_ms: ms.optional().describe('From the request line to the end of the answer.'),
      ttft_ms: ms.optional().describe('From the request line to the first content delta.'),
      tokens_prompt: count.optional(),
      tokens_response: count.optional(),
    }),
  },
  error: {
    description: 'Something failed: an error of the worker, or whatever was thrown.',
    payload: z.object({
      name: z.string().describe('Class of the error, or the type of what was thrown.'),
      message: z.string().describe('Redacted, at most 2,048 characters.'),
      code: z.string().optional().describe('Its code, where it has one.'),
      http_status: count.optional().describe("The provider's HTTP status, where the worker tells it."),
      will_retry: z.boolean().optional().describe('Whether the worker tries again by itself.'),
      stack: z.string().optional().describe('Redacted, at most 4,096 characters.'),
      causes: z
        .array(z.object({ name: z.string(), message: z.string() }))
        .optional()
        .describe('What caused it, outermost first; at most four.'),
    }),
  },
} as const satisfies Record<string, RunEventType>;

export type RunEventTypeName = keyof typeof RUN_EVENT_TYPES;
export type RunEventPayload<T extends RunEventTypeName> = z.infer<(typeof RUN_EVENT_TYPES)[T]['payload']>;

const NAMES: readonly string[] = Object.keys(RUN_EVENT_TYPES);

export function isRunEventType(name: string): name is RunEventTypeName {
  return NAMES.includes(name);
}

/** The types in the order of the table. */
export const RUN_EVENT_TYPE_NAMES: readonly RunEventTypeName[] = NAMES.filter(isRunEventType);

/** Reasons of notes that the store itself writes. */
export const RUN_NOTES = { ended: 'run_ended', limit: 'run_event_limit', proxyExited: 'proxy_exited' } as const;

/** `error_code` of runs that ended because the proxy did. */
export const PROXY_EXITED_ERROR_CODE = 'internal_error' satisfies keyof typeof ERROR_CODES;

/**
 * Why an event was not kept: there was no room in the queue; the database could not be written; it is not there or is damaged; the
 * store was closed; the event is not one; the run has as many as are kept; runs begin faster than the machine can keep a record of.
 */
export const RUN_EVENT_DROP_REASONS = [
  'queue_full',
  'write_failed',
  'unavailable',
  'closed',
  'invalid',
  'run_event_limit',
  'rate',
] as const;
export type RunEventDropReason = (typeof RUN_EVENT_DROP_REASONS)[number];

/** How much of the content of a run is kept with its events: lengths alone, or the beginning of each text, redacted. */
export const RUN_EVENT_CONTENT_MODES = ['none', 'preview'] as const;
export type RunEventContentMode = (typeof RUN_EVENT_CONTENT_MODES)[number];
