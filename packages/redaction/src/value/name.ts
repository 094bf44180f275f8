import { charClass } from '../scan/char-class.ts';

/** What names are written in, and what joins the parts of one. */
const IN_NAME = charClass('!#$%*+./0-9:@A-Z\\^_a-z~-');

/** The same beyond ASCII, with what was taken out of it; in quotes or brackets, as an ETag is, and with the padding of base64. */
const ODD_NAME = /^(?:W\/)?["'`([{<]*(?:[!#$%*+./:@\\^_~\p{Pd}\p{L}\p{M}\p{N}]|\[redacted:[a-z0-9_:]{1,85}\])+(?:=*["'`)\]}>]+)?=*$/u;

/** What is longer is not gone through for it. */
const LONGEST_ODD_NAME = 4096;

/** Whether a text is one name, as an id, a path or a host is, rather than a query, a row of a table, a sentence. */
export function isOneName(value: string): boolean {
  return isPlainName(value) || (value.length <= LONGEST_ODD_NAME && ODD_NAME.test(value));
}

/** Most values are, and no two alike: a loop of its own takes half as long as one that others share. */
function isPlainName(value: string): boolean {
  for (let at = 0; at < value.length; at += 1) if (IN_NAME[value.charCodeAt(at)] !== 1) return false;
  return true;
}
