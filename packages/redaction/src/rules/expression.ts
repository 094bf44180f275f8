/** One expression out of several: any of them matches. The flags are the first one's. */
export function anyOf(...expressions: readonly [RegExp, ...RegExp[]]): RegExp {
  return new RegExp(sourceOf(...expressions), expressions[0].flags);
}

/** The source of `anyOf`, for building on. */
export function sourceOf(...expressions: readonly RegExp[]): string {
  return expressions.map(({ source }) => source).join('|');
}
