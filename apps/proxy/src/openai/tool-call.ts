import type { ChatCompletion } from '@codex-proxy/contracts';
import type { AnswerToolCall } from '@codex-proxy/tool-buffer';
import type { ToolCall } from '@codex-proxy/worker';
import { HttpError } from '../http/errors.ts';
import { clientToolName } from './tool-names.ts';

/** A call in OpenAI's shape. */
export type AssistantToolCall = NonNullable<ChatCompletion['choices'][0]['message']['tool_calls']>[number];

/** A call of the worker in the client's terms; `offered` are the names of the client's tools. */
export function assistantToolCall(call: ToolCall, offered: readonly string[]): AssistantToolCall {
  return { id: call.callId, type: 'function', function: { name: clientToolName(call.tool, offered), arguments: call.arguments } };
}

/** A call that the model wrote as text, in the same terms. */
export function textualToolCall({ id, name, arguments: json }: AnswerToolCall): AssistantToolCall {
  return { id, type: 'function', function: { name, arguments: json } };
}

/** The reason in logs. */
export const MISSING_CALL = 'toolCallMissing';

/** The reason in logs of an answer that ended before its turn did: the provider's counts of it are never told. */
export const STOPPED = 'stopped_after_tools';

/** What becomes of an answer that `tool_choice` does not allow: the worker can only ask the model in words. */
export function missingCall(): HttpError {
  return new HttpError('provider_error', 'The model answered without the call that tool_choice demands.');
}
