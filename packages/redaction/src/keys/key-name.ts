/** Splits a key into lower-case words: `X-Api-Key`, `xApiKey`, `x_api_key` and `X.API.KEY` are all `x api key`. */
export function keyWords(key: string): readonly string[] {
  const words: string[] = [];
  let start = 0;
  for (let at = 1; at <= key.length; at += 1) {
    if (at < key.length && !startsWord(key, at)) continue;
    const word = key.slice(start, at).replace(/[^\p{L}\p{N}]/gu, '');
    if (word !== '') words.push(word.toLowerCase());
    start = at;
  }
  return words;
}

function startsWord(key: string, at: number): boolean {
  const before = key.charCodeAt(at - 1);
  const here = key.charCodeAt(at);
  if (!isAlphanumeric(before) || !isAlphanumeric(here)) return true;
  if (!isUpper(here)) return false;
  return !isUpper(before) || (at + 1 < key.length && isLower(key.charCodeAt(at + 1)));
}

function isUpper(code: number): boolean {
  return code >= 65 && code <= 90;
}

function isLower(code: number): boolean {
  return code >= 97 && code <= 122;
}

function isAlphanumeric(code: number): boolean {
  return isUpper(code) || isLower(code) || (code >= 48 && code <= 57) || code > 127;
}
