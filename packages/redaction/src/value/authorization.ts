import { looksRandom } from '../find/secret-value.ts';
import { rawJson } from './json.ts';

/** A longer list is not looked through before it is judged. */
const LONGEST_LIST = 256;

/**
 * Whether what stands under `authorization` is an object with keys of its own, or a list of such, where a header would be a text. One that holds
 * what may be credentials goes whole.
 */
export function holdsFields(value: unknown): boolean {
  try {
    return Array.isArray(value) ? isListOfFields(value) : isPlainObject(value);
  } catch {
    return false;
  }
}

function isListOfFields(list: readonly unknown[]): boolean {
  const { length } = list;
  if (length === 0 || length > LONGEST_LIST) return false;
  for (let at = 0; at < length; at += 1) if (!isPlainObject(list[at])) return false;
  return true;
}

/** What writes itself as something else could write the header. */
function isPlainObject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || 'toJSON' in value || rawJson(value) !== undefined) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === null || prototype === Object.prototype) && !holdsCredentials(value);
}

/** Whether a text in it may be what a header holds, or a password, whatever its key: `{ scheme: 'Bearer', parameter: '…' }`, `{ bob: 'hunter22' }`. */
function holdsCredentials(value: object): boolean {
  const texts = Object.values(value).filter((each) => typeof each === 'string');
  return texts.map((text) => text.slice(0, LONGEST_JUDGED)).some((text) => (/\d/.test(text) && /[a-z]/i.test(text)) || looksRandom(text));
}

const LONGEST_JUDGED = 256;
