const BLOCKS = '▁▂▃▄▅▆▇█';

/** `▁▂▅█`: one block a value, the highest of them full; blanks for values that are not known. From 0, so that what is steady is not drawn as wild. */
export function sparkline(values: readonly (number | undefined)[]): string {
  const most = Math.max(0, ...values.filter((value) => value !== undefined));
  return values.map((value) => (value === undefined ? ' ' : blockOf(value, most))).join('');
}

function blockOf(value: number, most: number): string {
  const at = most <= 0 ? 0 : Math.round((Math.max(0, value) / most) * (BLOCKS.length - 1));
  return BLOCKS.charAt(at);
}
