import { isWhiteSpace } from '../scan/tag.ts';

/** Without the white space of XML at both ends. Other spaces, such as U+00A0, stay. */
export function trimWhiteSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isWhiteSpace(text.charCodeAt(start))) start += 1;
  while (end > start && isWhiteSpace(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}
