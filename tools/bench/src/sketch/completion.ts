/** OpenAI's shapes, as far as a sketch needs them. */

export interface Identity {
  readonly id: string;
  readonly created: number;
  readonly model: string;
}

export interface Usage {
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  readonly reasoningOutputTokens: number;
}

export function chunkEvent({ id, created, model }: Identity, delta: object, finishReason: 'stop' | null): string {
  const choice = { index: 0, delta, logprobs: null, finish_reason: finishReason };
  return `data: ${JSON.stringify({ id, object: 'chat.completion.chunk', created, model, choices: [choice] })}\n\n`;
}

export function completionBody({ id, created, model }: Identity, content: string, usage: Usage | undefined): object {
  return {
    id,
    object: 'chat.completion',
    created,
    model,
    choices: [{ index: 0, message: { role: 'assistant', content, refusal: null }, logprobs: null, finish_reason: 'stop' }],
    ...(usage === undefined
      ? {}
      : {
          usage: {
            prompt_tokens: usage.inputTokens,
            completion_tokens: usage.outputTokens,
            total_tokens: usage.inputTokens + usage.outputTokens,
            prompt_tokens_details: { cached_tokens: usage.cachedInputTokens },
            completion_tokens_details: { reasoning_tokens: usage.reasoningOutputTokens },
          },
        }),
  };
}
