/** Token counts in OpenAI's shape; always the provider's own, never an estimate. */
export interface CompletionUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly prompt_tokens_details: { readonly cached_tokens: number };
  readonly completion_tokens_details: { readonly reasoning_tokens: number };
}

/** A call that the client is to answer with a message of the role `tool`. */
export interface AssistantToolCall {
  readonly id: string;
  readonly type: 'function';
  /** `arguments` is text as the model wrote it: JSON, unless the model made a mistake. */
  readonly function: { readonly name: string; readonly arguments: string };
}

export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter';

/** Answer of `POST /v1/chat/completions` without `stream`. */
export interface ChatCompletion {
  readonly id: string;
  readonly object: 'chat.completion';
  /** Unix seconds. */
  readonly created: number;
  readonly model: string;
  readonly choices: readonly [
    {
      readonly index: 0;
      readonly message: {
        readonly role: 'assistant';
        /** Null when there are calls and no text. */
        readonly content: string | null;
        readonly refusal: null;
        readonly tool_calls?: readonly AssistantToolCall[];
      };
      readonly logprobs: null;
      readonly finish_reason: FinishReason;
    },
  ];
  readonly usage?: CompletionUsage;
}

/** Entry of `GET /v1/models`. */
export interface ServedModel {
  readonly id: string;
  readonly object: 'model';
  readonly created: number;
  readonly owned_by: string;
}
