import type { MetricLabel } from '@codex-proxy/contracts';

export const OTHER = 'other';

const MAX_LENGTH = 100;
/** A UUID, a prefixed id, a long hexadecimal or decimal run, an e-mail address. */
const INDIVIDUAL = [
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}/i,
  /(^|[^a-z])(req|run|thread|turn|call|msg|user|sess|cus|key|sk|pk)[_-][a-z0-9]{6,}/i,
  /[0-9a-f]{16,}/i,
  /\d{9,}/,
  /[^\s@]+@[^\s@]+\.[a-z]{2,}/i,
];

/** The values that a label has taken, over all families: the bound on what can be exported. */
export class LabelValues {
  readonly #admitted: Set<string>;
  readonly #limit: number;
  #refused = 0;

  constructor(label: MetricLabel) {
    this.#admitted = new Set(label.values);
    this.#limit = label.values === undefined ? (label.limit ?? 0) : 0;
  }

  /** How often a value was replaced by `other`, because the set is closed or full, or the value looks like an id. */
  get refused(): number {
    return this.#refused;
  }

  /** The value under which to count `value`. */
  admit(value: string | undefined): string {
    if (value === OTHER) return OTHER;
    if (value !== undefined) {
      if (this.#admitted.has(value)) return value;
      if (this.#admitted.size < this.#limit && isFit(value)) {
        this.#admitted.add(value);
        return value;
      }
    }
    this.#refused += 1;
    return OTHER;
  }
}

function isFit(value: string): boolean {
  return value.length > 0 && value.length <= MAX_LENGTH && !/\p{C}/u.test(value) && !INDIVIDUAL.some((shape) => shape.test(value));
}
