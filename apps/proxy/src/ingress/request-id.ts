import { customAlphabet } from 'nanoid';

const LETTERS_AND_DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** 24 letters and digits: 142 bits. */
export const newRequestSuffix = customAlphabet(LETTERS_AND_DIGITS, 24);

const WELL_FORMED = /^[\w.:-]{1,128}$/;

/** The caller's own id, if it can be logged safely. */
export function clientRequestId(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && WELL_FORMED.test(header) ? header : undefined;
}
