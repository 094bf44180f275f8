/** Remembers what places looked like: the kinds of the characters before them. In data they come again and again, in noise they do not. */
export class Surroundings {
  readonly #seen = new Int32Array(REMEMBERED);

  /** Whether no such place was seen lately: none, or one whose slot another took since. */
  isNew(text: string, at: number): boolean {
    const kind = kindOf(text, at);
    return this.#seen[slotOf(kind)] !== kind;
  }

  remember(text: string, at: number): void {
    const kind = kindOf(text, at);
    this.#seen[slotOf(kind)] = kind;
  }
}

/** How many characters a place is known by, with its own. */
export const SURROUNDING = 8;
/** A power of two. */
const REMEMBERED = 1024;

function slotOf(kind: number): number {
  return (kind ^ (kind >>> 15)) & (REMEMBERED - 1);
}

function kindOf(text: string, at: number): number {
  let kind = 0;
  for (let from = at - SURROUNDING + 1; from <= at; from += 1) {
    const code = text.charCodeAt(from);
    kind = (Math.imul(kind, PRIME) + (code < 128 ? (KINDS[code] ?? 0) : BEYOND_ASCII)) | 0;
  }
  return kind;
}

const PRIME = 0x01000193;
const BEYOND_ASCII = 128;
/** Digits are all of one kind, and so are small letters and capitals; each sign is its own. */
const KINDS = Uint8Array.from({ length: 128 }, (_, code) => {
  const [first] = [/\d/, /[a-z]/, /[A-Z]/].filter((kind) => kind.test(String.fromCharCode(code)));
  return first === undefined ? code + 1 : first.source.charCodeAt(1);
});
