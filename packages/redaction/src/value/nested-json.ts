/** Where a JSON document begins that goes on to the end of a text: behind white space, or an object behind a prefix such as `data: `. */
export function jsonStart(value: string): number {
  if (value.length < 2 || value.length > LONGEST_NESTED_JSON) return -1;
  let end = value.length - 1;
  while (end > 0 && value.charCodeAt(end) <= SPACE) end -= 1;
  const last = value.charCodeAt(end);
  if (last !== 125 && last !== 93) return -1;
  let start = 0;
  while (start < end && (value.charCodeAt(start) <= SPACE || value.charCodeAt(start) === BYTE_ORDER_MARK)) start += 1;
  const first = value.charCodeAt(start);
  if ((first === 123 && last === 125) || (first === 91 && last === 93)) return start;
  const brace = last === 125 ? value.slice(0, LONGEST_PREFIX).indexOf('{', start) : -1;
  return brace > start ? brace : -1;
}

const SPACE = 32;
const BYTE_ORDER_MARK = 0xfeff;
const LONGEST_PREFIX = 128;
const LONGEST_NESTED_JSON = 4 * 1024 * 1024;
