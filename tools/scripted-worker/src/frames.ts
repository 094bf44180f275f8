import type { ScriptedToolCall, TurnScript } from './options.ts';

/** Frames as the real worker writes them: the same keys in the same order, the time at the end. */

export type RpcId = number | string;

const DEFAULT_USAGE = { inputTokens: 11, cachedInputTokens: 0, outputTokens: 5, reasoningOutputTokens: 0 };

export interface TurnIds {
  readonly threadId: string;
  readonly turnId: string;
  readonly itemId: string;
}

export function answer(id: RpcId, result: string): string {
  return `{"id":${JSON.stringify(id)},"result":${result}}\n`;
}

export function refusal(id: RpcId, code: number, message: string): string {
  return `{"error":{"code":${String(code)},"message":${JSON.stringify(message)}},"id":${JSON.stringify(id)}}\n`;
}

export function notification(method: string, params: string): string {
  return `{"method":"${method}","params":${params},"emittedAtMs":${String(Date.now())}}\n`;
}

export function serverRequest(id: RpcId, method: string, params: object): string {
  return `${JSON.stringify({ method, id, params })}\n`;
}

export function threadStarted(id: RpcId, threadId: string, model: string): string {
  const now = String(Math.trunc(Date.now() / 1_000));
  const thread =
    `{"id":"${threadId}","environments":[],"extra":null,"sessionId":"${threadId}","forkedFromId":null,"preview":"","ephemeral":true,` +
    `"modelProvider":"scripted","model":${JSON.stringify(model)},"createdAt":${now},"updatedAt":${now},"status":{"type":"idle"},"path":null,"turns":[]}`;
  return answer(id, `{"thread":${thread},"model":${JSON.stringify(model)},"modelProvider":"scripted","reasoningEffort":null}`);
}

function turn(ids: TurnIds, status: string, error: string): string {
  return (
    `{"id":"${ids.turnId}","rootTurnId":"${ids.turnId}","items":[],"itemsView":"notLoaded","status":"${status}","error":${error},` +
    '"startedAt":null,"completedAt":null,"durationMs":null}'
  );
}

export function turnStarted(id: RpcId, ids: TurnIds): string {
  return answer(id, `{"turn":${turn(ids, 'inProgress', 'null')}}`);
}

export function delta(ids: TurnIds, text: string): string {
  return deltas(ids, [text]);
}

/** Frames of many deltas at once: what they share is built once. */
export function deltas(ids: TurnIds, texts: readonly string[]): string {
  const { threadId, turnId, itemId } = ids;
  const head = `{"method":"item/agentMessage/delta","params":{"threadId":"${threadId}","turnId":"${turnId}","itemId":"${itemId}","delta":`;
  const tail = `},"emittedAtMs":${String(Date.now())}}\n`;
  let text = '';
  let frame = '';
  let frames = '';
  for (const next of texts) {
    if (next !== text || frame === '') {
      text = next;
      frame = head + JSON.stringify(text) + tail;
    }
    frames += frame;
  }
  return frames;
}

export function itemCompleted(ids: TurnIds, text: string): string {
  const item = `{"type":"agentMessage","moderation":null,"id":"${ids.itemId}","text":${JSON.stringify(text)},"phase":null}`;
  return notification('item/completed', `{"item":${item},"threadId":"${ids.threadId}","turnId":"${ids.turnId}"}`);
}

export function tokenUsage(ids: TurnIds, usage: NonNullable<TurnScript['usage']> = DEFAULT_USAGE): string {
  const totalTokens = usage.inputTokens + usage.outputTokens;
  const counts = JSON.stringify({ totalTokens, ...usage });
  return notification(
    'thread/tokenUsage/updated',
    `{"threadId":"${ids.threadId}","turnId":"${ids.turnId}","tokenUsage":{"total":${counts},"last":${counts},"modelContextWindow":258400}}`,
  );
}

export function turnCompleted(ids: TurnIds, status: 'completed' | 'interrupted' | 'failed', error?: object): string {
  return notification(
    'turn/completed',
    `{"threadId":"${ids.threadId}","turn":${turn(ids, status, error === undefined ? 'null' : JSON.stringify(error))}}`,
  );
}

export function providerError(ids: TurnIds, error: object, willRetry: boolean): string {
  return notification(
    'error',
    `{"error":${JSON.stringify(error)},"willRetry":${String(willRetry)},"threadId":"${ids.threadId}","turnId":"${ids.turnId}"}`,
  );
}

/** An item of a response as the model made it. */
export function rawCall(ids: TurnIds, call: ScriptedToolCall): string {
  const { tool, callId, arguments: text = '{}' } = call;
  const item =
    `{"type":"function_call","status":"completed","id":"fc_${callId}","name":${JSON.stringify(tool)},"arguments":${JSON.stringify(text)},` +
    `"call_id":${JSON.stringify(callId)},"internal_chat_message_metadata_passthrough":{"turn_id":"${ids.turnId}"}}`;
  return notification('rawResponseItem/completed', `{"threadId":"${ids.threadId}","turnId":"${ids.turnId}","item":${item}}`);
}

export function responseCompleted(ids: TurnIds, usage: NonNullable<TurnScript['usage']> = DEFAULT_USAGE): string {
  const counts = JSON.stringify({ totalTokens: usage.inputTokens + usage.outputTokens, ...usage });
  return notification(
    'rawResponse/completed',
    `{"threadId":"${ids.threadId}","turnId":"${ids.turnId}","responseId":"resp_1","usage":${counts}}`,
  );
}

export function toolCall(ids: TurnIds, call: ScriptedToolCall): object {
  const { tool, callId, arguments: text = '{}' } = call;
  const parsed: unknown = JSON.parse(text);
  return { threadId: ids.threadId, turnId: ids.turnId, callId, namespace: null, tool, arguments: parsed };
}
