import type { Canary } from './canary.ts';
import { encodingsOf } from './encoding.ts';
import type { Sink } from './sink.ts';

/** A canary that came out. */
export interface Leak {
  readonly sink: string;
  readonly place: string;
  readonly what: string;
  readonly encoding: string;
  /** What stands around it, with the canary itself cut short. */
  readonly around: string;
}

interface Needle {
  readonly needle: string;
  readonly encoding: string;
  readonly canary: Canary;
}

/** Parts of a secret that are longer give it away as the whole would. */
const FRAGMENT = 12;
/** Needles are looked up by as many characters. */
const HEAD = 8;
const AROUND = 60;

function fragmentsOf({ kind, cores }: Canary): string[] {
  if (kind === 'content') return [...cores];
  return cores.flatMap((core) => {
    const middle = (core.length - FRAGMENT) >> 1;
    return middle <= 0 ? [core] : [core.slice(0, FRAGMENT), core.slice(middle, middle + FRAGMENT), core.slice(-FRAGMENT)];
  });
}

/** Looks for canaries, all at once, in time that does not depend on their number. */
export class LeakSearch {
  readonly #byHead = new Map<string, Needle[]>();
  /** Whether any needle begins with these two bytes. */
  readonly #begins = new Uint8Array(65_536);

  constructor(canaries: readonly Canary[]) {
    for (const canary of canaries) {
      for (const fragment of fragmentsOf(canary)) for (const encoded of encodingsOf(fragment)) this.#add({ ...encoded, canary });
    }
  }

  /** Each canary once a sink and encoding. */
  leaksIn(sinks: readonly Sink[]): Leak[] {
    return sinks.flatMap((sink) => this.#leaksIn(sink.name, sink.bytes.toString('latin1')));
  }

  #add(needle: Needle): void {
    const { needle: text, canary } = needle;
    if (text.length < HEAD) throw new Error(`too short to be looked for: ${canary.place}`);
    const head = text.slice(0, HEAD);
    this.#begins[(text.charCodeAt(0) << 8) | text.charCodeAt(1)] = 1;
    const known = this.#byHead.get(head);
    if (known === undefined) this.#byHead.set(head, [needle]);
    else known.push(needle);
  }

  #leaksIn(sink: string, text: string): Leak[] {
    const leaks = new Map<string, Leak>();
    for (let at = 0; at + HEAD <= text.length; at += 1) {
      if (this.#begins[(text.charCodeAt(at) << 8) | text.charCodeAt(at + 1)] === 0) continue;
      for (const { needle, encoding, canary } of this.#byHead.get(text.slice(at, at + HEAD)) ?? []) {
        if (!text.startsWith(needle, at)) continue;
        const { place, format } = canary;
        const key = [place, format, encoding].join('\n');
        if (leaks.has(key)) continue;
        const around = text.slice(Math.max(0, at - AROUND), at + needle.length + AROUND);
        leaks.set(key, { sink, place, what: format, encoding, around });
      }
    }
    return [...leaks.values()];
  }
}
