/** No worker could answer a request outside a turn. `code` is stable. */
export class WorkerUnavailableError extends Error {
  readonly code = 'worker_not_ready';

  constructor(message: string) {
    super(message);
    this.name = 'WorkerUnavailableError';
  }
}
