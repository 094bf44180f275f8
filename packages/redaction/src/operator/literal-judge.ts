import type { AST } from '@eslint-community/regexpp';

/**
 * Whether a match of an expression can begin with a literal, or be the beginning of it. What an expression looks at without taking it in
 * (`(?=…)`, `\b`) is held to be true.
 */
export async function mayBeginWith(expression: RegExp, literal: string): Promise<boolean> {
  const { parseRegExpLiteral } = await import('@eslint-community/regexpp');
  const { pattern } = parseRegExpLiteral(expression);
  return ends({ literal, flags: expression.flags }, pattern.alternatives, new Set([0])).size > 0;
}

interface Search {
  readonly literal: string;
  readonly flags: string;
}

/** How much of the literal may be taken in by any of the alternatives, from any of some places. What reaches its end stays there. */
function ends(search: Search, alternatives: readonly AST.Alternative[], starts: ReadonlySet<number>): ReadonlySet<number> {
  return union(alternatives.map(({ elements }) => elements.reduce((places, element) => after(search, element, places), starts)));
}

function after(search: Search, element: AST.Element, starts: ReadonlySet<number>): ReadonlySet<number> {
  switch (element.type) {
    case 'Assertion':
      return starts;
    case 'Group':
    case 'CapturingGroup':
      return ends(search, element.alternatives, starts);
    case 'Quantifier':
      return repeated(search, element, starts);
    case 'Backreference':
      return new Set([...starts, search.literal.length]);
    default:
      return afterCharacter(search, element.raw, starts);
  }
}

function repeated(search: Search, { element, min, max }: AST.Quantifier, starts: ReadonlySet<number>): ReadonlySet<number> {
  let places = starts;
  const all = new Set(min === 0 ? starts : []);
  // Each time takes in a character at least, or changes nothing.
  for (let time = 1; time <= Math.min(max, min + search.literal.length) && places.size > 0; time += 1) {
    places = after(search, element, places);
    if (time >= min) for (const place of places) all.add(place);
    if (places.size === 1 && places.has(search.literal.length)) return all.add(search.literal.length);
  }
  return all;
}

function afterCharacter({ literal, flags }: Search, source: string, starts: ReadonlySet<number>): ReadonlySet<number> {
  const character = new RegExp(`^(?:${source})$`, flags.replace(/[gy]/g, ''));
  const places = new Set<number>();
  for (const start of starts) {
    if (start === literal.length) places.add(start);
    else if (character.test(literal.charAt(start))) places.add(start + 1);
  }
  return places;
}

function union(sets: readonly ReadonlySet<number>[]): ReadonlySet<number> {
  return new Set(sets.flatMap((set) => [...set]));
}
