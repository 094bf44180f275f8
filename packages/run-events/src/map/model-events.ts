import type { RunEventContentMode, RunEventOf, RunEventPayload } from '@codex-proxy/contracts';
import { contentOf } from './content.ts';

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** What a request to the model is about; texts are given whole, and kept as the mode allows. */
export interface ModelRequest extends Without<
  RunEventPayload<'llm_request'>,
  'input_chars' | 'last_message_chars' | 'last_message_preview'
> {
  /** Length of the whole conversation. */
  readonly inputChars: number;
  /** Its last message. */
  readonly lastMessage: string;
}

/** The event that begins a request to the model. */
export function llmRequestEvent(
  requestId: string,
  request: ModelRequest,
  content: RunEventContentMode = 'none',
): RunEventOf<'llm_request'> {
  const { inputChars, lastMessage, ...settings } = request;
  const payload = { ...settings, input_chars: inputChars, ...contentOf('last_message', lastMessage, content) };
  return { type: 'llm_request', correlation_id: requestId, source: 'proxy', level: 'info', payload };
}

export interface ModelResponse extends Without<RunEventPayload<'llm_response'>, 'text_chars' | 'text_preview'> {
  readonly text: string;
}

/** The event that ends it, with the tokens that `runEventsOf` cannot know. */
export function llmResponseEvent(
  requestId: string,
  response: ModelResponse,
  content: RunEventContentMode = 'none',
): RunEventOf<'llm_response'> {
  const { text, ...rest } = response;
  const payload = { ...rest, ...contentOf('text', text, content) };
  return { type: 'llm_response', correlation_id: requestId, source: 'proxy', level: 'info', payload };
}
