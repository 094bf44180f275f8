/** How a text may stand in a sink. */
export interface Encoded {
  readonly encoding: string;
  readonly needle: string;
}

const jsonEscaped = (text: string): string => JSON.stringify(text).slice(1, -1);
/** Every character but letters and digits, as strict encoders have it. */
const percentEncoded = (text: string): string =>
  text.replace(/[^A-Za-z0-9]/g, (character) =>
    [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );

/** The characters of base64 that a text gives wherever in a longer one it stands: `before` bytes of another precede its group. */
function base64Within(text: string, before: 0 | 1 | 2): string {
  const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(text)]);
  const from = Math.ceil((before * 8) / 6);
  const to = Math.floor((bytes.length * 8) / 6);
  return bytes.toString('base64').slice(from, to);
}

const ENCODINGS: readonly (readonly [string, (text: string) => string])[] = [
  ['plain', (text) => text],
  ['JSON', jsonEscaped],
  ['JSON in JSON', (text) => jsonEscaped(jsonEscaped(text))],
  ['URL', encodeURIComponent],
  ['URL, strictly', percentEncoded],
  ['URL, in lower case', (text) => encodeURIComponent(text).replace(/%../g, (code) => code.toLowerCase())],
  ['form', (text) => new URLSearchParams([['', text]]).toString().slice(1)],
  ['hex', (text) => Buffer.from(text).toString('hex')],
  ...([0, 1, 2] as const).flatMap((before): [string, (text: string) => string][] => [
    [`base64 behind ${String(before)}`, (text) => base64Within(text, before)],
    [`base64url behind ${String(before)}`, (text) => base64Within(text, before).replaceAll('+', '-').replaceAll('/', '_')],
  ]),
];

/** All that would give `text` away, each once. */
export function encodingsOf(text: string): Encoded[] {
  const needles = new Map<string, string>();
  for (const [encoding, encode] of ENCODINGS) {
    const needle = encode(text);
    if (!needles.has(needle)) needles.set(needle, encoding);
  }
  return [...needles].map(([needle, encoding]) => ({ encoding, needle }));
}
