const PLACEHOLDER = '[redacted:private_key]';
const BEGIN = /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----(?!.*-----END )/;
/** A line of a key in PEM, whole or the last (RFC 7468, 2). */
const KEY_LINE = /^\s*[\w+/-]{1,80}={0,2}\s*$/;
/** What may stand above them: the headers of an encrypted key (RFC 1421, 4.6), and an empty line. */
const HEADER_LINE = /^(?:[A-Z][\w-]{1,30}: .*)?$/;
/** The usual width of such a line. */
const FULL_WIDTH = 64;
/** Digests are as long. */
const HEX = /^[\da-f]*$/i;

/**
 * Takes the lines of private keys out of lines that come one by one, of which only the first says what it is; that one is left for those who
 * redact lines. A line of the width of a key that is nothing but base64 counts as part of one even when no first line was seen. One
 * for each stream, before any line is left out.
 */
export class KeyLines {
  #insideKey = false;

  hide(line: string): string {
    const isPart = KEY_LINE.test(line) && (this.#insideKey || (line.length >= FULL_WIDTH && !HEX.test(line)));
    this.#insideKey = isPart || BEGIN.test(line) || (this.#insideKey && HEADER_LINE.test(line));
    return isPart ? PLACEHOLDER : line;
  }
}
