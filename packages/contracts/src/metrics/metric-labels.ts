import { OUTCOMES } from '../log/log-fields.ts';
import { ERROR_CODES } from '../errors/error-codes.ts';
import { OUTPUT_MODES, TOOL_BUFFER_ABORT_REASONS } from '../tool-buffer/tool-buffer.ts';
import { RUN_EVENT_DROP_REASONS, RUN_EVENT_TYPE_NAMES } from '../run-events/run-event-types.ts';
import { TRACE_PRUNE_REASONS } from '../trace-buffer/trace-artifact.ts';
import { WORKER_RECYCLE_REASONS } from '../worker/worker-recycle.ts';
import { WORKER_STATES } from '../worker/worker-snapshot.ts';

/**
 * A label that series may carry. `values` closes the set; `limit` bounds an open one (values beyond it become `other`).
 * No label may hold an id, a user, a path or anything else that a client chooses freely.
 */
export interface MetricLabel {
  readonly description: string;
  readonly values?: readonly string[];
  readonly limit?: number;
}

export const METRIC_LABELS = {
  route: { description: 'Route template; `other` for unknown routes.', limit: 40 },
  method: {
    description: 'HTTP method; `other` for unusual ones.',
    values: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'other'],
  },
  status_family: { description: 'First digit of the status.', values: ['1xx', '2xx', '3xx', '4xx', '5xx'] },
  model: { description: 'Served model; `other` for the rest, `none` for routes without one.', limit: 50 },
  error_code: {
    description: 'A code from the table of errors, or `client_closed`.',
    values: [...Object.keys(ERROR_CODES), 'client_closed'],
  },
  outcome: { description: 'How a request ended.', values: OUTCOMES },
  direction: { description: 'Prompt or response.', values: ['prompt', 'response', 'cached', 'reasoning'] },
  state: { description: 'Life-cycle state of the worker, or `on` and `off`.', values: [...WORKER_STATES, 'on', 'off'] },
  sink: { description: 'A log destination.', values: ['stdout', 'access', 'proto', 'usage', 'agent_logs'] },
  reason: {
    description:
      'Why: of a trace artifact that was pruned, of a tool block that was aborted, of a run event that was not kept, or of a recycled worker.',
    values: [...TRACE_PRUNE_REASONS, ...TOOL_BUFFER_ABORT_REASONS, ...RUN_EVENT_DROP_REASONS, ...WORKER_RECYCLE_REASONS],
  },
  type: { description: 'Type of a run event.', values: RUN_EVENT_TYPE_NAMES },
  output_mode: { description: 'How textual tool calls are given to the client.', values: OUTPUT_MODES },
  quantile: { description: 'A quantile from 0 to 1.', values: ['0.5', '0.95', '0.99'] },
  version: { description: 'Version of the proxy.', limit: 1 },
  codex_version: { description: 'Version of the worker, `unknown` before its first handshake.', limit: 8 },
} as const satisfies Record<string, MetricLabel>;

export type MetricLabelName = keyof typeof METRIC_LABELS;
