export interface Bound {
  readonly op: '≥' | '≤' | '<';
  readonly value: number;
}

/** One measured thing. */
export interface Row {
  readonly what: string;
  readonly measured: number;
  /** Such as `ms`, `req/s` or `MB`. */
  readonly unit: string;
  /** Measured in the same run, divided into `measured`. */
  readonly reference?: { readonly name: string; readonly measured: number };
  /** All that are given must hold. */
  readonly target?: { readonly measured?: Bound; readonly ratio?: Bound };
}

/** `measured` over its reference; undefined without one. */
export function ratioOf(row: Row): number | undefined {
  return row.reference === undefined ? undefined : row.measured / row.reference.measured;
}

/** Whether a row is within its target; undefined without one. */
export function isMet(row: Row): boolean | undefined {
  const { target } = row;
  if (target === undefined) return undefined;
  return holds(row.measured, target.measured) && holds(ratioOf(row), target.ratio);
}

function holds(value: number | undefined, bound: Bound | undefined): boolean {
  if (bound === undefined) return true;
  if (value === undefined || Number.isNaN(value)) return false;
  if (bound.op === '≥') return value >= bound.value;
  return bound.op === '≤' ? value <= bound.value : value < bound.value;
}
