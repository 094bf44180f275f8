import type { RunEventContentMode, RunEventLevel, RunEventOf, RunEventTypeName } from '@codex-proxy/contracts';
import { programOf } from './command.ts';
import { contentOf, textOf } from './content.ts';
import { errorParamsSchema, itemParamsSchema, type ErrorParams, type Item, type ItemOf, type WorkerNotification } from './notification.ts';
import { patchOf } from './patch.ts';
import { testCountsOf, testRunnerOf } from './test-runner.ts';

export interface MappingOptions {
  /** Default `none`: lengths of texts only. */
  readonly content?: RunEventContentMode;
  /** Pairs messages of the model with the request that they answer. Default: the id of the turn. */
  readonly requestId?: string;
}

export type MappedRunEvent = { [T in RunEventTypeName]: RunEventOf<T> }[RunEventTypeName];

/**
 * What a notification of the worker means for its run: nothing, or one event or two. Pure. Reads `item/started`, `item/completed` and
 * `error`; a notification of another shape than is known gives nothing.
 */
export function runEventsOf({ method, params }: WorkerNotification, options: MappingOptions = {}): MappedRunEvent[] {
  if (method === 'error') {
    const parsed = errorParamsSchema.safeParse(params);
    return parsed.success ? [errorOf(parsed.data, options)] : [];
  }
  if (method !== 'item/started' && method !== 'item/completed') return [];
  const parsed = itemParamsSchema.safeParse(params);
  if (!parsed.success) return [];
  const { item, turnId } = parsed.data;
  const { content = 'none', requestId = turnId } = options;
  return method === 'item/started' ? startedOf(item, content) : completedOf(item, content, requestId);
}

function startedOf(item: Item, content: RunEventContentMode): MappedRunEvent[] {
  switch (item.type) {
    case 'agentMessage':
      return [];
    case 'commandExecution':
      return commandStarted(item, content);
    case 'fileChange':
      return [event('patch_proposed', item.id, patchOf(item.changes, content))];
    default: {
      const { kind, tool, server, argument } = callOf(item);
      const named = { kind, tool, ...(server === undefined ? {} : { server }) };
      return [event('tool_call', item.id, { ...named, ...contentOf('arguments', textOf(argument), content) })];
    }
  }
}

function completedOf(item: Item, content: RunEventContentMode, requestId: string): MappedRunEvent[] {
  switch (item.type) {
    case 'agentMessage': {
      const phase = item.phase == null ? {} : { phase: item.phase };
      return [event('llm_response', requestId, { ...contentOf('text', item.text, content), ...phase })];
    }
    case 'commandExecution':
      return commandCompleted(item, content);
    case 'fileChange': {
      const ended = endOf(item.status);
      return [event('patch_applied', item.id, { ...ended, ...patchOf(item.changes, content) }, levelOf(ended.success))];
    }
    default: {
      const { kind, tool, server, answer, status, durationMs, succeeded } = callOf(item);
      const ended = { ...endOf(status), ...(succeeded === undefined ? {} : { success: succeeded }) };
      const named = { kind, tool, ...(server === undefined ? {} : { server }) };
      const output = contentOf('output', textOf(answer), content);
      return [event('tool_result', item.id, { ...named, ...ended, duration_ms: durationMs ?? null, ...output }, levelOf(ended.success))];
    }
  }
}

function commandStarted(item: ItemOf<'commandExecution'>, content: RunEventContentMode): MappedRunEvent[] {
  const line = contentOf('arguments', item.command, content);
  const actions = [...new Set(item.commandActions.map(({ type }) => type))];
  const called = event('tool_call', item.id, { kind: 'command', tool: programOf(item.command), actions, ...line });
  const framework = testRunnerOf(item.command);
  return framework === undefined ? [called] : [called, event('test_started', item.id, { framework, ...line })];
}

function commandCompleted(item: ItemOf<'commandExecution'>, content: RunEventContentMode): MappedRunEvent[] {
  const text = item.aggregatedOutput ?? '';
  const ended = { ...endOf(item.status), exit_code: item.exitCode ?? null, duration_ms: item.durationMs ?? null };
  const success = ended.success && (item.exitCode ?? 0) === 0;
  const shared = { ...ended, success, ...contentOf('output', text, content) };
  const level = levelOf(success);
  const answered = event('tool_result', item.id, { kind: 'command', tool: programOf(item.command), ...shared }, level);
  const framework = testRunnerOf(item.command);
  if (framework === undefined) return [answered];
  return [answered, event('test_result', item.id, { framework, ...shared, ...testCountsOf(text) }, level)];
}

type CallItem = Exclude<Item, { type: 'agentMessage' | 'commandExecution' | 'fileChange' }>;

interface ToolUse {
  readonly kind: 'mcp' | 'client' | 'web_search' | 'agent';
  readonly tool: string;
  readonly server?: string;
  readonly argument: unknown;
  readonly answer: unknown;
  readonly status: string;
  readonly succeeded?: boolean | undefined;
  readonly durationMs?: number | null | undefined;
}

function callOf(item: CallItem): ToolUse {
  switch (item.type) {
    case 'mcpToolCall': {
      const { tool, server, status, durationMs, result, error } = item;
      return { kind: 'mcp', tool, server, argument: item.arguments, answer: error?.message ?? result, status, durationMs };
    }
    case 'dynamicToolCall': {
      const { tool, status, durationMs, contentItems, success } = item;
      return { kind: 'client', tool, argument: item.arguments, answer: contentItems, status, succeeded: success ?? undefined, durationMs };
    }
    case 'webSearch':
      return { kind: 'web_search', tool: 'web_search', argument: item.query, answer: undefined, status: 'completed' };
    case 'collabAgentToolCall':
      return { kind: 'agent', tool: item.tool, argument: item.prompt, answer: item.agentsStates, status: item.status };
  }
}

function errorOf({ error, turnId, willRetry }: ErrorParams, { requestId, content = 'none' }: MappingOptions): MappedRunEvent {
  const { code, httpStatus } = infoOf(error.codexErrorInfo ?? undefined);
  const payload = {
    name: 'TurnError',
    // The provider's words can quote the prompt.
    message: content === 'none' ? (code ?? 'unknown') : error.message,
    ...(code === undefined ? {} : { code }),
    ...(httpStatus === undefined ? {} : { http_status: httpStatus }),
    will_retry: willRetry,
  };
  return event('error', requestId ?? turnId ?? undefined, payload, willRetry ? 'warn' : 'error');
}

/** A name, or an object whose only key is one. */
function infoOf(info: ErrorParams['error']['codexErrorInfo'] & (string | object | undefined)): { code?: string; httpStatus?: number } {
  if (info === undefined) return {};
  if (typeof info === 'string') return { code: info };
  const [[code, details] = []] = Object.entries(info);
  const status: unknown = typeof details === 'object' && details !== null ? Reflect.get(details, 'httpStatusCode') : undefined;
  return { ...(code === undefined ? {} : { code }), ...(typeof status === 'number' ? { httpStatus: status } : {}) };
}

function endOf(status: string): { readonly status: 'completed' | 'failed' | 'declined'; readonly success: boolean } {
  if (status === 'declined') return { status: 'declined', success: false };
  // An item that completes while in progress was cut off.
  return status === 'completed' ? { status, success: true } : { status: 'failed', success: false };
}

function levelOf(success: boolean): RunEventLevel {
  return success ? 'info' : 'warn';
}

function event<T extends RunEventTypeName>(
  type: T,
  correlationId: string | undefined,
  payload: RunEventOf<T>['payload'],
  level: RunEventLevel = 'info',
): RunEventOf<T> {
  const correlation = correlationId === undefined ? {} : { correlation_id: correlationId.slice(0, 200) };
  return { type, ...correlation, source: 'worker', level, payload };
}
