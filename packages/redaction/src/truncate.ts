/**
 * Cuts a text that is already redacted to at most `maxLength` UTF-16 units, the mark `… [+N]` included, where N counts the units left
 * out. Never cuts a surrogate pair or a placeholder in two. Redact first: a secret that is cut in half is no longer recognised.
 */
export function truncateText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const room = maxLength - `… [+${text.length}]`.length;
  if (room <= 0) return maxLength > 0 ? '…' : '';
  const end = wholeEnd(text, room);
  return `${text.slice(0, end)}… [+${text.length - end}]`;
}

function wholeEnd(text: string, end: number): number {
  const unit = text.charCodeAt(end - 1);
  const whole = unit >= 0xd800 && unit <= 0xdbff ? end - 1 : end;
  const open = text.lastIndexOf('[', whole - 1);
  if (open < 0 || whole - open > 96 || !text.startsWith('[redacted:', open)) return whole;
  const close = text.indexOf(']', open);
  return close >= whole ? open : whole;
}
