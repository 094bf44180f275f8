/** Splits a key into lower-case words: `X-Api-Key`, `xApiKey`, `x_api_key` and `X.API.KEY` are all `x api key`. */
export function keyWords(key: string): readonly string[] {
  const words: string[] = [];
  let start = 0;
  for (let at = 0; at <= key.length; at += 1) {
    const isOver = at === key.length || !isAlphanumeric(key.charCodeAt(at));
    if (!isOver && !(at > start && startsWord(key, at))) continue;
    if (at > start) words.push(key.slice(start, at).toLowerCase());
    start = isOver ? at + 1 : at;
  }
  return words;
}

/** In camel case a word starts with a capital: the first, or the last of several before a small letter (`APIKey`). */
function startsWord(key: string, at: number): boolean {
  if (!isUpper(key.charCodeAt(at))) return false;
  return !isUpper(key.charCodeAt(at - 1)) || (at + 1 < key.length && isLower(key.charCodeAt(at + 1)));
}

function isUpper(code: number): boolean {
  return code >= 65 && code <= 90;
}

function isLower(code: number): boolean {
  return code >= 97 && code <= 122;
}

function isAlphanumeric(code: number): boolean {
  return isLower(code) || isUpper(code) || (code >= 48 && code <= 57) || code > 127;
}
