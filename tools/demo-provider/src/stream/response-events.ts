import { argumentsOf, type ProviderFunctionCall, type ProviderUsage } from '../script/provider-script.ts';

type Item = Readonly<Record<string, unknown>>;

/**
 * The text of the server-sent events of one response, in the order of OpenAI's reference for streamed Responses. Each method returns whole
 * events, ready to be written; the object counts `sequence_number` and collects the finished output items.
 */
export class ResponseEvents {
  readonly #id: string;
  readonly #model: string;
  readonly #createdAt: number;
  readonly #output: Item[] = [];
  #sequence = 0;

  /** @param createdAt Unix seconds. */
  constructor(id: string, model: string, createdAt: number) {
    this.#id = id;
    this.#model = model;
    this.#createdAt = createdAt;
  }

  created(): string {
    return this.#event('response.created', { response: this.response('in_progress') });
  }

  /** The events before and after the deltas of a message, and the deltas themselves. */
  message(): { readonly head: string; delta(text: string): string; tail(text: string): string } {
    const index = this.#output.length;
    const id = `msg_${this.#id}_${index}`;
    const place = { item_id: id, output_index: index, content_index: 0 };
    const item = (status: string, content: readonly Item[]): Item => ({ id, type: 'message', status, role: 'assistant', content });
    const part = (text: string): Item => ({ type: 'output_text', text, annotations: [], logprobs: [] });
    const head =
      this.#event('response.output_item.added', { output_index: index, item: item('in_progress', []) }) +
      this.#event('response.content_part.added', { ...place, part: part('') });
    // The one event that is sent by the thousand is put together by hand.
    const type = 'response.output_text.delta';
    const before = `event: ${type}\ndata: {"type":"${type}","item_id":"${id}","output_index":${index},"content_index":0,"delta":`;
    return {
      head,
      delta: (text) => `${before}${JSON.stringify(text)},"logprobs":[],"sequence_number":${this.#sequence++}}\n\n`,
      tail: (text) => {
        const done = item('completed', [part(text)]);
        this.#output.push(done);
        return (
          this.#event('response.output_text.done', { ...place, text, logprobs: [] }) +
          this.#event('response.content_part.done', { ...place, part: part(text) }) +
          this.#event('response.output_item.done', { output_index: index, item: done })
        );
      },
    };
  }

  reasoning(deltas: readonly string[]): string {
    const index = this.#output.length;
    const id = `rs_${this.#id}_${index}`;
    const place = { item_id: id, output_index: index, summary_index: 0 };
    const part = { type: 'summary_text', text: deltas.join('') };
    const done = { id, type: 'reasoning', summary: [part] };
    this.#output.push(done);
    return [
      this.#event('response.output_item.added', { output_index: index, item: { ...done, summary: [] } }),
      this.#event('response.reasoning_summary_part.added', { ...place, part: { ...part, text: '' } }),
      ...deltas.map((delta) => this.#event('response.reasoning_summary_text.delta', { ...place, delta })),
      this.#event('response.reasoning_summary_text.done', { ...place, text: part.text }),
      this.#event('response.reasoning_summary_part.done', { ...place, part }),
      this.#event('response.output_item.done', { output_index: index, item: done }),
    ].join('');
  }

  /** The events before and after the deltas of a call's arguments, and the deltas themselves. */
  functionCall(call: ProviderFunctionCall): { readonly head: string; delta(text: string): string; tail(): string } {
    const index = this.#output.length;
    const id = `fc_${this.#id}_${index}`;
    const item = { id, type: 'function_call', call_id: call.callId ?? `call_${this.#id}_${index}`, name: call.name };
    const whole = argumentsOf(call);
    const place = { item_id: id, output_index: index };
    return {
      head: this.#event('response.output_item.added', { output_index: index, item: { ...item, status: 'in_progress', arguments: '' } }),
      delta: (text) => this.#event('response.function_call_arguments.delta', { ...place, delta: text }),
      tail: () => {
        const done = { ...item, status: 'completed', arguments: whole };
        this.#output.push(done);
        return (
          this.#event('response.function_call_arguments.done', { ...place, name: call.name, arguments: whole }) +
          this.#event('response.output_item.done', { output_index: index, item: done })
        );
      },
    };
  }

  completed(usage: ProviderUsage): string {
    return this.#event('response.completed', { response: this.response('completed', { usage: wireUsage(usage) }) });
  }

  failed(code: string, message: string): string {
    return this.#event('response.failed', { response: this.response('failed', { error: { code, message } }) });
  }

  incomplete(reason: string, usage: ProviderUsage): string {
    const ending = { incomplete_details: { reason }, usage: wireUsage(usage) };
    return this.#event('response.incomplete', { response: this.response('incomplete', ending) });
  }

  /** The response object as it stands; also the whole answer to a request that does not stream. */
  response(status: string, more: Item = {}): Item {
    return {
      id: this.#id,
      object: 'response',
      created_at: this.#createdAt,
      status,
      error: null,
      incomplete_details: null,
      model: this.#model,
      output: status === 'in_progress' ? [] : this.#output,
      usage: null,
      ...more,
    };
  }

  #event(type: string, data: Item): string {
    return `event: ${type}\ndata: ${JSON.stringify({ type, ...data, sequence_number: this.#sequence++ })}\n\n`;
  }
}

/** Usage in the words of the Responses API. */
export function wireUsage(usage: ProviderUsage): Item {
  return {
    input_tokens: usage.inputTokens,
    input_tokens_details: { cached_tokens: usage.cachedInputTokens ?? 0 },
    output_tokens: usage.outputTokens,
    output_tokens_details: { reasoning_tokens: usage.reasoningOutputTokens ?? 0 },
    total_tokens: usage.inputTokens + usage.outputTokens,
  };
}
