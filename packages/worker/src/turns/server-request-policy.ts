import type { RpcOutcome } from '../channel/rpc-channel.ts';

export interface PolicyAnswer {
  readonly outcome: RpcOutcome;
  /** A short word for logs. */
  readonly decision: 'declined' | 'answered' | 'unsupported';
}

/** The model calls a tool of the client. */
export const TOOL_CALL = 'item/tool/call';

/** The answer to a call that is not answered in its turn: nobody hears it but a worker that waits. */
export const DECLINED_CALL = {
  result: { contentItems: [{ type: 'inputText', text: 'This client runs no such tool.' }], success: false },
} as const satisfies RpcOutcome;

const METHOD_NOT_FOUND = -32601;

const ANSWERS: Readonly<Record<string, (nowMs: number) => unknown>> = {
  'item/commandExecution/requestApproval': () => ({ decision: 'decline' }),
  'item/fileChange/requestApproval': () => ({ decision: 'decline' }),
  'item/permissions/requestApproval': () => ({ permissions: {}, scope: 'turn' }),
  'item/tool/requestUserInput': () => ({ answers: {} }),
  [TOOL_CALL]: () => DECLINED_CALL.result,
  'mcpServer/elicitation/request': () => ({ action: 'decline', content: null, _meta: null }),
  execCommandApproval: () => ({ decision: { denied: { rejection: 'declined by policy' } } }),
  applyPatchApproval: () => ({ decision: { denied: { rejection: 'declined by policy' } } }),
  'currentTime/read': (nowMs) => ({ currentTimeAt: Math.trunc(nowMs / 1_000) }),
};

/** The methods that have a planned answer; the others get an error. */
export const PLANNED_METHODS: readonly string[] = Object.keys(ANSWERS);

/**
 * The planned answer to a request of the worker. Every one is answered, since a turn hangs until it is; everything that would
 * let the model act is declined.
 */
export function answerServerRequest(method: string, nowMs: number): PolicyAnswer {
  const answer = Object.hasOwn(ANSWERS, method) ? ANSWERS[method] : undefined;
  if (answer === undefined) {
    return {
      outcome: { error: { code: METHOD_NOT_FOUND, message: `${method} is not supported by this client` } },
      decision: 'unsupported',
    };
  }
  return { outcome: { result: answer(nowMs) }, decision: method === 'currentTime/read' ? 'answered' : 'declined' };
}
