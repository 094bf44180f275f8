import { openStateDb, type StateDb, type StateDbOptions } from '@codex-proxy/state-db';

/** Whoever keeps something in the database hears of what befalls it. */
export type StateListener = Required<Pick<StateDbOptions, 'onFailure' | 'onRecover'>>;

/** Opens `state.sqlite`. One that cannot be used is reported, and tried again until it can: rows are counted as lost meanwhile. */
export async function openState(path: string, listeners: readonly StateListener[]): Promise<StateDb> {
  return openStateDb({
    path,
    retryOpening: true,
    onFailure: (error) => {
      for (const listener of listeners) listener.onFailure(error);
    },
    onRecover: (recovery) => {
      for (const listener of listeners) listener.onRecover(recovery);
    },
  });
}
