import type { ExampleSource } from '@codex-proxy/redaction';

/** Characters that keys hold of each kind that they are drawn from: an unlucky draw would be a word, or a number. */
const KINDS = [/\d/g, /[A-Z]/g, /[a-z]/g];
const MOST_NEEDED = 6;
const MOST_DRAWS = 1_000;
const SEED = 20_261_121;

/** Made-up secrets that are the same in every run, and stand in no file. */
export function createRandomExamples(seed: number = SEED): ExampleSource {
  const index = createIndex(seed);
  return {
    index,
    pick(list, length) {
      const characters = expand(list);
      const kinds = KINDS.filter((kind) => (characters.match(kind) ?? []).length > 1);
      const needed = Math.min(MOST_NEEDED, Math.floor(length / 5));
      const draw = (): string => Array.from({ length }, () => characters[index(characters.length)] ?? '').join('');
      let drawn = draw();
      for (let draws = 1; draws < MOST_DRAWS && !isMixed(drawn, kinds, needed); draws += 1) drawn = draw();
      return drawn;
    },
  };
}

/** Park and Miller's generator. */
function createIndex(seed: number): (below: number) => number {
  let state = seed % 2_147_483_647;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

function isMixed(text: string, kinds: readonly RegExp[], needed: number): boolean {
  return kinds.every((kind) => (text.match(kind) ?? []).length >= needed);
}

/** `A-C_` is `ABC_`. A dash at the end is one. */
function expand(list: string): string {
  return list.replaceAll(/(.)-(.)/gs, (_all, from: string, to: string) => {
    const length = to.charCodeAt(0) - from.charCodeAt(0) + 1;
    return Array.from({ length }, (_, at) => String.fromCharCode(from.charCodeAt(0) + at)).join('');
  });
}
