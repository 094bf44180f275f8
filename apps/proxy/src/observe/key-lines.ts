const PLACEHOLDER = '[redacted:private_key]';
/** A line of a key in PEM, whole or the last (RFC 7468, 2). */
const KEY_LINE = /^\s*[\w+/-]{1,80}={0,2}\s*$/;
/** What may stand above them: the headers of an encrypted key (RFC 1421, 4.6), and an empty line. */
const HEADER_LINE = /^(?:[A-Z][\w-]{1,30}: .*)?$/;
/** The usual width of such a line. */
const FULL_WIDTH = 64;
/** Digests are as long. */
const HEX = /^[\da-f]*$/i;

/**
 * Takes the lines of private keys out of lines that were redacted one by one: only the first of a key says what it is. A line of its width
 * that is nothing but base64 counts as part of one even when that first line was not seen.
 */
export function createKeyLines(): (redactedLine: string) => string {
  let insideKey = false;
  return (line) => {
    const isPart = KEY_LINE.test(line) && (insideKey || (line.length >= FULL_WIDTH && !HEX.test(line)));
    insideKey = isPart || line.endsWith(PLACEHOLDER) || (insideKey && HEADER_LINE.test(line));
    return isPart ? PLACEHOLDER : line;
  };
}
