import { refusalText } from '../proxy-client/reply.ts';
import { StepSkipped } from '../verdict/verdict.ts';

/** Ends a step where it is maintenance that turns it away: that is no fault. */
export function skipInMaintenance(status: number, text: string): void {
  if (status === 503 && refusalText(status, text).startsWith('HTTP 503 maintenance:')) {
    throw new StepSkipped('the proxy is in maintenance: clients are turned away');
  }
}
