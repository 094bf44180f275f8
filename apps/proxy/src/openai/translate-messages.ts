import type { ChatMessage } from '@codex-proxy/contracts';
import type { HistoryContent, HistoryItem, UserInput } from '@codex-proxy/worker';
import { historyToolName } from './tool-names.ts';

/** A conversation in the worker's terms. */
export interface Conversation {
  /** The system and developer messages before all others. */
  readonly instructions: string;
  readonly history: readonly HistoryItem[];
  readonly input: readonly UserInput[];
}

type UserMessage = Extract<ChatMessage, { role: 'user' }>;

/**
 * Leading system and developer messages become instructions; the last message, if it is the user's, becomes the input; all
 * between is injected as history, in order. A later system message is sent as a developer message, since the worker drops the
 * role `system` there.
 */
export function translateMessages(messages: readonly ChatMessage[]): Conversation {
  const firstOther = messages.findIndex((message) => message.role !== 'system' && message.role !== 'developer');
  const leading = firstOther === -1 ? messages.length : firstOther;
  const last = messages.at(-1);
  const asksLast = last?.role === 'user';
  return {
    instructions: messages.slice(0, leading).map(instructionText).join('\n\n'),
    history: messages.slice(leading, asksLast ? -1 : undefined).flatMap(historyItems),
    input: asksLast ? userInput(last) : [],
  };
}

function instructionText(message: ChatMessage): string {
  return message.role === 'system' || message.role === 'developer' ? textOf(message.content) : '';
}

function historyItems(message: ChatMessage): HistoryItem[] {
  switch (message.role) {
    case 'system':
    case 'developer':
      return [{ type: 'message', role: 'developer', content: [{ type: 'input_text', text: textOf(message.content) }] }];
    case 'user':
      return [{ type: 'message', role: 'user', content: userContent(message) }];
    case 'assistant': {
      const text = textOf(message.content ?? '');
      const calls = (message.tool_calls ?? []).map((call): HistoryItem => ({
        type: 'function_call',
        name: historyToolName(call.function.name),
        arguments: call.function.arguments,
        call_id: call.id,
      }));
      return text === '' ? calls : [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] }, ...calls];
    }
    case 'tool':
      return [{ type: 'function_call_output', call_id: message.tool_call_id, output: textOf(message.content) }];
  }
}

function userContent(message: UserMessage): HistoryContent[] {
  if (typeof message.content === 'string') return [{ type: 'input_text', text: message.content }];
  return message.content.map((part) =>
    part.type === 'text'
      ? { type: 'input_text', text: part.text }
      : { type: 'input_image', image_url: part.image_url.url, ...imageDetail(part.image_url.detail) },
  );
}

function userInput(message: UserMessage): UserInput[] {
  if (typeof message.content === 'string') return [{ type: 'text', text: message.content, text_elements: [] }];
  return message.content.map((part) =>
    part.type === 'text'
      ? { type: 'text', text: part.text, text_elements: [] }
      : { type: 'image', url: part.image_url.url, ...imageDetail(part.image_url.detail) },
  );
}

/** The worker replaces an image of low detail by a sentence that says so; without the wish it sends the image. */
function imageDetail(detail: 'auto' | 'low' | 'high' | undefined): { detail?: 'auto' | 'high' } {
  return detail === undefined || detail === 'low' ? {} : { detail };
}

type TextPart = { readonly type: 'text'; readonly text: string } | { readonly type: 'refusal'; readonly refusal: string };

function textOf(content: string | readonly TextPart[]): string {
  if (typeof content === 'string') return content;
  return content.map((part) => (part.type === 'text' ? part.text : part.refusal)).join('');
}
