/** No identifier of fewer digits can be a card number. */
export const SMALLEST_CARD = 1e11;

/** A time, a number, a version, an address: digits and what stands between them. */
export function isNumeric(value: string): boolean {
  for (let at = 0; at < value.length; at += 1) {
    const code = value.charCodeAt(at);
    const isDigit = code >= 48 && code <= 58;
    if (!isDigit && code !== 45 && code !== 46 && code !== 43 && code !== 84 && code !== 90) return false;
  }
  return true;
}
