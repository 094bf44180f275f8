import type { ChatCompletionRequest } from '@codex-proxy/contracts';
import { HttpError } from '../http/errors.ts';

/**
 * The worker's parser gives up at 128 levels and at halves of surrogate pairs, and ignores the whole line without a word: the
 * request would wait for its time-out, or go on without its history. Measured with 0.169.0.
 */
const MAX_SCHEMA_DEPTH = 100;

const HALF_A_PAIR = 'it holds half of a surrogate pair, which is no character';
const TOO_DEEP = `it is nested deeper than ${String(MAX_SCHEMA_DEPTH)} levels`;

/** @throws HttpError `invalid_request` for what JSON can say but the worker cannot read. */
export function refuseUnsendable(request: ChatCompletionRequest): void {
  const { model, messages, response_format: format } = request;
  refuse('model', model);
  for (const [index, message] of messages.entries()) refuse(`messages[${String(index)}]`, message);
  if (format?.type === 'json_schema') refuse('response_format.json_schema.schema', format.json_schema.schema);
  for (const [index, tool] of (request.tools ?? []).entries()) refuse(`tools[${String(index)}]`, tool);
}

function refuse(param: string, value: unknown): void {
  const fault = faultOf(value, 1);
  if (fault !== undefined) throw new HttpError('invalid_request', `Invalid value for '${param}': ${fault}.`, { param });
}

function faultOf(value: unknown, depth: number): string | undefined {
  if (typeof value === 'string') return value.isWellFormed() ? undefined : HALF_A_PAIR;
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > MAX_SCHEMA_DEPTH) return TOO_DEEP;
  for (const [key, inner] of Object.entries(value)) {
    const fault = key.isWellFormed() ? faultOf(inner, depth + 1) : HALF_A_PAIR;
    if (fault !== undefined) return fault;
  }
  return undefined;
}
