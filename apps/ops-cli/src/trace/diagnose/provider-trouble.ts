import { printable } from '../../text/printable.ts';
import type { View } from './view.ts';

/** The provider's HTTP status: of the reason in the terminal record (`httpConnectionFailed:401`), else as a failure told it. */
export function providerStatus({ reason, failures }: View): number | undefined {
  const [, digits] = /:(\d{3})$/.exec(reason ?? '') ?? [];
  return digits === undefined ? failures.map(({ httpStatus }) => httpStatus).findLast((status) => status !== undefined) : Number(digits);
}

/** What the worker calls the failure: `httpConnectionFailed`, `serverOverloaded`, `other`. */
export function failureKind({ reason }: View): string | undefined {
  return reason?.replace(/:.*$/, '');
}

/** What the provider said, where a run event or the trace artifact has kept it. */
export function providerWords(view: View): string {
  const message = words(view);
  return message === undefined ? '' : `: “${printable(message).slice(0, LONGEST_QUOTE)}”`;
}

/** Whether anything is kept of what the provider said. */
export function hasWords(view: View): boolean {
  return words(view) !== undefined;
}

/** Where content is not kept, a message is the kind of the failure, or its code. */
function words({ failures, reason, errorCode }: View): string | undefined {
  const kinds = ['', 'other', reason, errorCode];
  return failures
    .map(({ message }) => message)
    .findLast((text) => text !== undefined && !kinds.includes(text) && !/^\[redacted:[^\]]*\]$/.test(text));
}

const LONGEST_QUOTE = 160;
