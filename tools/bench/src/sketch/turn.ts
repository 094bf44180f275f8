import { z } from 'zod';
import type { Usage } from './completion.ts';
import type { WorkerChild } from './worker-child.ts';

export interface TurnHandlers {
  readonly onDelta: (text: string) => void;
  readonly onEnd: (usage: Usage | undefined, failure: string | undefined) => void;
}

const threadStarted = z.object({ thread: z.object({ id: z.string() }) });
const turnStarted = z.object({ turn: z.object({ id: z.string() }) });
const turnCompleted = z.object({ turn: z.object({ status: z.string() }) });
const usageUpdated = z.object({
  tokenUsage: z.object({
    total: z.object({
      inputTokens: z.number(),
      cachedInputTokens: z.number(),
      outputTokens: z.number(),
      reasoningOutputTokens: z.number(),
    }),
  }),
});

/** One turn on a thread of its own; resolves to a way to interrupt it. */
export async function startTurn(
  worker: WorkerChild,
  question: { readonly model: string; readonly instructions: string; readonly text: string },
  handlers: TurnHandlers,
): Promise<() => void> {
  const started = await worker.request('thread/start', {
    ephemeral: true,
    approvalPolicy: 'never',
    sandbox: 'read-only',
    environments: [],
    cwd: process.cwd(),
    model: question.model,
    baseInstructions: question.instructions,
  });
  const threadId = threadStarted.parse(started).thread.id;
  let usage: Usage | undefined;
  let over = false;
  const end = (failure: string | undefined): void => {
    over = true;
    worker.detach(threadId);
    worker.request('thread/unsubscribe', { threadId }).catch(() => undefined);
    handlers.onEnd(usage, failure);
  };
  worker.attach(threadId, (method, params) => {
    if (method === 'item/agentMessage/delta') handlers.onDelta(String(params.delta));
    else if (method === 'thread/tokenUsage/updated') usage = usageUpdated.parse(params).tokenUsage.total;
    else if (method === 'turn/completed') {
      const { status } = turnCompleted.parse(params).turn;
      end(status === 'completed' ? undefined : `the turn was ${status}`);
    } else if (method === 'worker/exited') end('the worker ended');
  });
  const input = [{ type: 'text', text: question.text, text_elements: [] }];
  const turnId = turnStarted.parse(await worker.request('turn/start', { threadId, input })).turn.id;
  return () => {
    if (!over) worker.request('turn/interrupt', { threadId, turnId }).catch(() => undefined);
  };
}
