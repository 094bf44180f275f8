import { isRecord, numberAt, parseRecord, textAt, type JsonRecord } from '../json/record.ts';
import { serverSentEvents } from '../proxy-client/server-sent-events.ts';

/** What came of a streamed completion. */
export interface StreamedAnswer {
  readonly chunks: readonly JsonRecord[];
  readonly text: string;
  readonly finishReason: string | undefined;
  readonly tokens: { readonly prompt: number; readonly response: number } | undefined;
  readonly errorCode: string | undefined;
  readonly isDone: boolean;
  /** From the request to the first content; undefined without any. */
  readonly firstContentMs: number | undefined;
}

/** Reads a stream of chat completion chunks to its end, and tells what is in it, right or wrong. */
export async function readStream(response: Response, startedAtMs: number): Promise<StreamedAnswer> {
  const chunks: JsonRecord[] = [];
  let [text, isDone] = ['', false];
  let firstContentMs: number | undefined;
  for await (const { data } of serverSentEvents(response.body ?? ReadableStream.from([]), () => undefined)) {
    isDone ||= data === '[DONE]';
    const chunk = parseRecord(data);
    if (chunk === undefined) continue;
    chunks.push(chunk);
    const content = textAt(deltaOf(chunk), 'content') ?? '';
    if (content !== '') firstContentMs ??= performance.now() - startedAtMs;
    text += content;
  }
  const usage = chunks.map((chunk) => chunk['usage']).findLast(isRecord);
  const failure = chunks.map((chunk) => chunk['error']).find(isRecord);
  return {
    ...{ chunks, text, isDone, firstContentMs },
    finishReason: chunks.map((chunk) => textAt(choiceOf(chunk), 'finish_reason')).findLast((reason) => reason !== undefined),
    tokens:
      usage === undefined
        ? undefined
        : { prompt: numberAt(usage, 'prompt_tokens') ?? 0, response: numberAt(usage, 'completion_tokens') ?? 0 },
    errorCode: failure === undefined ? undefined : (textAt(failure, 'code') ?? 'unknown'),
  };
}

function choiceOf(chunk: JsonRecord): JsonRecord | undefined {
  const choices: readonly unknown[] = Array.isArray(chunk['choices']) ? chunk['choices'] : [];
  return choices.find(isRecord);
}

export function deltaOf(chunk: JsonRecord): JsonRecord | undefined {
  const delta = choiceOf(chunk)?.['delta'];
  return isRecord(delta) ? delta : undefined;
}
