import type { ChatMessage } from '@codex-proxy/contracts';

/** The output of a function that the client ran. */
export interface ToolOutput {
  readonly callId: string;
  readonly tool: string;
  readonly text: string;
}

/** Length of all texts of a conversation, in UTF-16 units. */
export function conversationSize(messages: readonly ChatMessage[]): number {
  return messages.reduce((sum, message) => sum + textsOf(message).reduce((length, text) => length + text.length, 0), 0);
}

export function lastMessageText(messages: readonly ChatMessage[]): string {
  const last = messages.at(-1);
  return last === undefined ? '' : textsOf(last).join('');
}

/** The outputs that the conversation ends with: of the calls of the run before. */
export function trailingOutputs(messages: readonly ChatMessage[]): ToolOutput[] {
  const outputs: ToolOutput[] = [];
  for (const message of messages.toReversed()) {
    if (message.role !== 'tool') break;
    outputs.unshift({ callId: message.tool_call_id, tool: calledBy(messages, message.tool_call_id), text: textsOf(message).join('') });
  }
  return outputs;
}

function calledBy(messages: readonly ChatMessage[], callId: string): string {
  for (const message of messages) {
    if (message.role !== 'assistant') continue;
    const call = message.tool_calls?.find((made) => made.id === callId);
    if (call !== undefined) return call.function.name;
  }
  return 'unknown';
}

function textsOf({ content }: ChatMessage): string[] {
  if (typeof content === 'string') return [content];
  if (!Array.isArray(content)) return [];
  return content.flatMap((part) => ('text' in part && typeof part.text === 'string' ? [part.text] : []));
}
