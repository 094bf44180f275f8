import type { ProviderRequest } from '../request/provider-request.ts';

/** Token counts as `response.completed` reports them. The input counts include the cached ones, the output counts the reasoning ones. */
export interface ProviderUsage {
  readonly inputTokens: number;
  /** Default 0. */
  readonly cachedInputTokens?: number;
  readonly outputTokens: number;
  /** Default 0. */
  readonly reasoningOutputTokens?: number;
}

export interface ProviderFunctionCall {
  readonly name: string;
  /** JSON text, sent as it is given, valid or not; a list is sent as so many deltas. */
  readonly arguments: string | readonly string[];
  /** Default: made here, `call_…`. */
  readonly callId?: string;
}

/** The arguments of a call as one text. */
export function argumentsOf(call: ProviderFunctionCall): string {
  return typeof call.arguments === 'string' ? call.arguments : call.arguments.join('');
}

/** What goes wrong, and where. Deltas are those of the message and then those of the calls' arguments. */
export type ProviderFault =
  /** An HTTP error in place of a stream. An object as body becomes JSON. */
  | {
      readonly kind: 'http';
      readonly status: number;
      readonly body: string | Readonly<Record<string, unknown>>;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Silence, until the client leaves: from the first byte on, or after so many deltas. */
  | { readonly kind: 'hang'; readonly afterDeltas?: number }
  /**
   * The connection is reset: before the first byte, or after so many deltas; with `clean` the stream ends there in good order but without its
   * last event. With more than there are, every item is whole, and only the last event is missing.
   */
  | { readonly kind: 'cut'; readonly afterDeltas?: number; readonly clean?: boolean }
  /** All deltas, then a `response.failed` event. */
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }
  /** All deltas, then a `response.incomplete` event. */
  | { readonly kind: 'incomplete'; readonly reason: string };

/** One answer, as data. */
export interface ProviderAnswer {
  /** Each is sent as one `response.output_text.delta` event, exactly as given. Empty: no message at all. */
  readonly deltas: readonly string[];
  /** Silence before the first delta. Default: the provider's own setting. */
  readonly firstTokenMs?: number;
  /** Pause between deltas, kept on schedule whatever the timers' drift. Default: the provider's own setting. */
  readonly interTokenMs?: number;
  /** Default: counted from the texts, see `countTokens`. */
  readonly usage?: ProviderUsage;
  /** Sent after the message. */
  readonly functionCalls?: readonly ProviderFunctionCall[];
  /** Deltas of a reasoning summary, sent before the message. */
  readonly reasoning?: readonly string[];
  /** Cuts the byte stream into writes of so many bytes, so that characters and lines arrive in pieces. */
  readonly splitUtf8?: number;
  readonly fault?: ProviderFault;
}

/** Decides what a request gets. Called once a request; a client that retries makes another. */
export type ProviderScript = (request: ProviderRequest) => ProviderAnswer;
