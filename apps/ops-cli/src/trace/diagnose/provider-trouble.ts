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
export function providerWords({ failures }: View): string {
  const message = failures
    .map(({ message: text }) => text)
    .findLast((text) => text !== undefined && text !== '' && !/^\[redacted:[^\]]*\]$/.test(text));
  return message === undefined ? '' : `: “${printable(message).slice(0, LONGEST_QUOTE)}”`;
}

const LONGEST_QUOTE = 160;
