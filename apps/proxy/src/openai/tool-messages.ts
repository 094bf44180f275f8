import type { ChatMessage } from '@codex-proxy/contracts';
import { HttpError } from '../http/errors.ts';

/**
 * Holds calls and outputs together, as OpenAI does: each call has one output, in the messages that follow it at once. The worker would invent
 * outputs that are missing.
 * @throws HttpError `invalid_request`, with the message at fault.
 */
export function refuseUnpairedCalls(messages: readonly ChatMessage[]): void {
  const open = new Set<string>();
  let calls: ReadonlySet<string> = open;
  for (const [index, message] of messages.entries()) {
    if (message.role === 'tool') {
      if (calls.size === 0)
        throw refusal(index, 'role', "messages with role 'tool' must be a response to a preceding message with 'tool_calls'");
      const id = message.tool_call_id;
      if (!open.delete(id)) {
        const fault = calls.has(id) ? 'has its response already' : "not found in 'tool_calls' of previous message";
        throw refusal(index, 'tool_call_id', `'tool_call_id' of '${id.slice(0, 64)}' ${fault}`);
      }
      continue;
    }
    refuseOpenCalls(open, index);
    if (message.role !== 'assistant' || (message.tool_calls ?? []).length === 0) {
      calls = new Set();
      continue;
    }
    for (const [at, { id }] of (message.tool_calls ?? []).entries()) {
      if (open.has(id)) throw refusal(index, `tool_calls[${String(at)}].id`, `there is another call '${id.slice(0, 64)}' in this message`);
      open.add(id);
    }
    calls = new Set(open);
  }
  refuseOpenCalls(open, messages.length);
}

function refuseOpenCalls(open: ReadonlySet<string>, index: number): void {
  if (open.size === 0) return;
  const ids = [...open].map((id) => id.slice(0, 64)).join(', ');
  throw refusal(
    index - 1,
    'role',
    "an assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'" +
      `; the following tool_call_ids did not have response messages: ${ids}`,
  );
}

function refusal(index: number, field: string, why: string): HttpError {
  const param = `messages[${String(index)}].${field}`;
  return new HttpError('invalid_request', `Invalid value for '${param}': ${why}.`, { param });
}
