/** The line endings in a part of a text, `\n` and `\r\n`; one that the end of the part cuts in two counts to its half. */
export function lineEndings(text: string, start: number, end: number): string {
  let endings = '';
  for (let at = text.indexOf('\n', start); at !== -1 && at < end; at = text.indexOf('\n', at + 1)) {
    endings += at > start && text.charCodeAt(at - 1) === RETURN ? '\r\n' : '\n';
  }
  return text.charCodeAt(end - 1) === RETURN && text.charCodeAt(end) === NEWLINE ? `${endings}\r` : endings;
}

const RETURN = 13;
const NEWLINE = 10;
