import { closedStateDb, openStateDb, StateDbError, type StateDb, type StateDbOptions } from '@codex-proxy/state-db';

/** Whoever keeps something in the database hears of what befalls it. */
export type StateListener = Required<Pick<StateDbOptions, 'onFailure' | 'onRecover'>>;

/** Opens `state.sqlite`. One that cannot be used is reported, and stood for by one that is closed: rows are then counted as lost. */
export async function openState(path: string, listeners: readonly StateListener[]): Promise<StateDb> {
  const onFailure = (error: StateDbError): void => {
    for (const listener of listeners) listener.onFailure(error);
  };
  try {
    return await openStateDb({
      path,
      onFailure,
      onRecover: (recovery) => {
        for (const listener of listeners) listener.onRecover(recovery);
      },
    });
  } catch (error) {
    const failure =
      error instanceof StateDbError
        ? error
        : new StateDbError('state_db_unavailable', error instanceof Error ? error.message : String(error));
    onFailure(failure);
    return closedStateDb(failure);
  }
}
