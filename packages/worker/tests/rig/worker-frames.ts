/** A notification as the worker sends it; `protocol-subset.test.ts` holds these against the protocol of the installed binary. */
export interface WorkerFrame {
  readonly method: string;
  readonly params: object;
}

export function deltaFrame(threadId: string, delta: string, itemId = 'msg_1'): WorkerFrame {
  return { method: 'item/agentMessage/delta', params: { threadId, turnId: 'turn_1', itemId, delta } };
}

export function itemCompleted(threadId: string, text: string, id = 'msg_1'): WorkerFrame {
  const item = { type: 'agentMessage', id, text, phase: null, memoryCitation: null };
  return { method: 'item/completed', params: { threadId, turnId: 'turn_1', item, completedAtMs: 0 } };
}

export interface SampleUsage {
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  readonly reasoningOutputTokens: number;
}

export function usageUpdated(threadId: string, usage: SampleUsage): WorkerFrame {
  const total = { ...usage, totalTokens: usage.inputTokens + usage.outputTokens };
  const last = { totalTokens: 0, inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, reasoningOutputTokens: 0 };
  return {
    method: 'thread/tokenUsage/updated',
    params: { threadId, turnId: 'turn_1', tokenUsage: { total, last, modelContextWindow: null } },
  };
}

export interface SampleError {
  readonly message: string;
  readonly codexErrorInfo?: unknown;
}

function errorObject(error: SampleError): object {
  return { message: error.message, codexErrorInfo: error.codexErrorInfo ?? null, additionalDetails: null };
}

export function errorFrame(threadId: string, willRetry: boolean, error: SampleError): WorkerFrame {
  return { method: 'error', params: { threadId, turnId: 'turn_1', willRetry, error: errorObject(error) } };
}

export function turnCompleted(threadId: string, status = 'completed', error?: SampleError): WorkerFrame {
  const turn = {
    id: 'turn_1',
    items: [],
    status,
    error: error === undefined ? null : errorObject(error),
    startedAt: null,
    completedAt: null,
    durationMs: null,
  };
  return { method: 'turn/completed', params: { threadId, turn } };
}

/** An item of a response as the model made it, or of the history. */
export function rawItem(threadId: string, item: object, turnId = 'turn_1'): WorkerFrame {
  return { method: 'rawResponseItem/completed', params: { threadId, turnId, item } };
}

export function rawCall(threadId: string, callId: string, name: string, args: string, turnId = 'turn_1'): WorkerFrame {
  return rawItem(threadId, { type: 'function_call', name, arguments: args, call_id: callId }, turnId);
}

/** A response is whole. */
export function responseCompleted(threadId: string, usage: SampleUsage | null): WorkerFrame {
  const counts = usage === null ? null : { ...usage, cacheWriteInputTokens: 0, totalTokens: usage.inputTokens + usage.outputTokens };
  return {
    method: 'rawResponse/completed',
    params: { threadId, turnId: 'turn_1', responseId: 'resp_1', usage: counts, usageMetadata: null },
  };
}

/** The worker asks for a call to be run. */
export function toolCall(
  id: number,
  threadId: string,
  callId: string,
  tool: string,
  args: unknown = {},
): WorkerFrame & { readonly id: number } {
  return { id, method: 'item/tool/call', params: { threadId, turnId: 'turn_1', callId, namespace: null, tool, arguments: args } };
}
