import { randomInt } from 'node:crypto';
import { FORMATS, ALL_FORMATS, type FormatName } from './secret-format.ts';

/**
 * Who brought a canary into the system.
 *
 * - `client`: a request. Its own answer may quote it.
 * - `answer`: what the model said, text and tool calls. Its own answer is made of it.
 * - `provider`, `worker`: what stands in their errors, headers and logs. No answer may show it.
 * - `operator`: keys and settings of this proxy. No answer may show it.
 */
export type Origin = 'client' | 'answer' | 'provider' | 'worker' | 'operator';

/** Something that was planted in one place, and must come out in none. */
export interface Canary {
  /** Where it was planted, so that a leak tells the way it took. */
  readonly place: string;
  readonly kind: 'secret' | 'content';
  readonly origin: Origin;
  readonly format: FormatName | 'key' | 'word';
  /** The parts that nothing may hold: what surrounds them says what they are, and may stay. */
  readonly cores: readonly string[];
}

const SYLLABLE = ['bcdfghjklmnprstvwz', 'aeiou', 'bdfgklmnprstvz'];

/** Makes canaries, each of its own, and keeps a list of them. */
export class CanaryBook {
  readonly canaries: Canary[] = [];

  /** A text with one secret. */
  secret(origin: Origin, place: string, format: FormatName): string {
    const { text, cores } = FORMATS[format]();
    this.canaries.push({ place, kind: 'secret', origin, format, cores });
    return text;
  }

  /** A text with a secret of each format, a line each. */
  secrets(origin: Origin, place: string, formats: readonly FormatName[] = ALL_FORMATS): string {
    return formats.map((format) => this.secret(origin, place, format)).join('\n');
  }

  /** A key of this proxy, which looks like words: that it is secret is known, and not seen. */
  key(place: string): string {
    const text = [this.#word(), this.#word(), this.#word()].join('-');
    this.canaries.push({ place, kind: 'secret', origin: 'operator', format: 'key', cores: [text] });
    return text;
  }

  /** One ordinary word of a prompt or an answer. */
  word(origin: Origin, place: string): string {
    const word = this.#word();
    this.canaries.push({ place, kind: 'content', origin, format: 'word', cores: [word] });
    return word;
  }

  /** A sentence of a prompt or an answer. */
  words(origin: Origin, place: string): string {
    return `Tell ${this.word(origin, place)} that the ${this.word(origin, place)} is late.`;
  }

  /** What a prompt holds at its worst: words and a secret of each format. */
  content(origin: Origin, place: string): string {
    return `${this.words(origin, place)}\n${this.secrets(origin, place)}\n${this.words(origin, place)}`;
  }

  #word(): string {
    return Array.from({ length: 4 }, () => SYLLABLE.map((letters) => letters[randomInt(letters.length)] ?? '').join('')).join('');
  }
}
