import { parseArgs } from 'node:util';
import { createDetectors } from '../src/find/detectors.ts';
import { createPatternDetectors } from '../src/find/pattern-detector.ts';
import { createKeyPolicy } from '../src/keys/key-policy.ts';
import { PERSONAL_RULES } from '../src/rules/personal.ts';
import { SECRET_RULES } from '../src/rules/rules.ts';
import { BUDGET } from '../src/scan/budget.ts';
import type { CharClass } from '../src/scan/char-class.ts';
import type { Detector, Trigger } from '../src/scan/detector.ts';
import { createScanner } from '../src/scan/scanner.ts';
import { startScan } from '../src/scan/scan-state.ts';
import { createExamples } from '../tests/examples.ts';
import { logRecord } from './texts.ts';
import { renderTable } from './timing.ts';

/**
 * Breeds texts that are slow: for each detector, of what it looks for, of the words in its expression and of signs. A review does not find
 * them. Takes some minutes; `--seed 2` breeds others, `--only phone` for some detectors alone, `--generations 100` for longer.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    generations: { type: 'string', default: '60' },
    only: { type: 'string', default: '' },
  },
});
const random = createExamples(Number(values.seed) * 7919);
const detectors = createDetectors({ keys: createKeyPolicy(), rules: [], personal: 'all' });
const LENGTH = 40_000;
/** So much no processor learns by heart: what was bred is timed with it in the end. */
const LONG = 400_000;
/**
 * A budget that no text of that length overdraws, and that none is too short for: what it would have come to is in the state of the scan. All of
 * it is watched, as nearly all of a long text is.
 */
const scanner = createScanner(detectors, {
  ...BUDGET,
  allowance: LONG * 4000,
  unwatched: 0,
  noise: { ...BUDGET.noise, allowance: LONG * (BUDGET.noise.cost - 1) },
});
/** Of which the budget is judged. */
const JUDGED_LENGTH = 10 * 1024 * 1024;

const SIGNS =
  '" \' ` = : ( ) { } [ ] < > , ; . .. - -- _ / // :// \\ @ | ? & % %20 $ # * ** + ~ ^ ! é a A x 0 1 12 4111 0123456789 x= a=b a.b a-b '
    .concat(
      'password token secret key api_key name value kind user login pwd Key Value -a -p -u insert into values ":" "," ),( </ ${ +49 data: ',
    )
    .trim()
    .split(' ')
    .concat(' ', '\n', '\t', '-p ', '-a ', ': ', 'token: ', 'password=', 'into ');

interface Subject {
  readonly name: string;
  readonly triggers: readonly Trigger[];
  readonly pieces: readonly string[];
}

interface Genome {
  readonly literals: readonly string[];
  readonly pieces: readonly string[];
  /** About how many characters stand between two literals. */
  readonly gap: number;
  readonly longestRun: number;
}

interface Score {
  /** Nanoseconds a character, as long as the text is read. */
  readonly nanoseconds: number;
  /** That of ten megabytes, to what log records take at the same moment. */
  readonly toLogs: number;
}

const logs = new Map([LENGTH, LONG].map((length) => [length, text(() => `${JSON.stringify(logRecord())}\n`, length)]));
for (let round = 0; round < 30; round += 1) scanner.redact(logs.get(LENGTH) ?? '');
const rows = subjects()
  .filter(({ name }) => name.includes(values.only))
  .map((subject) => [subject.name, ...slowest(subject)] as const)
  .toSorted(([, one], [, other]) => other.toLogs - one.toLogs)
  .map(([name, { toLogs, nanoseconds }, genome]) => [name, toLogs.toFixed(1), nanoseconds.toFixed(0), JSON.stringify(genome)]);
process.stdout.write(renderTable([['texts bred for', '× logs', 'ns a character', ''], ...rows]));

/** Plain formats are left out: they look at few characters. */
function subjects(): readonly Subject[] {
  const ofRules = [...SECRET_RULES, ...PERSONAL_RULES].flatMap((rule) => {
    if (rule.pattern === undefined) return [];
    const words = rule.pattern.expression.source.match(/[A-Za-z_]{2,}|[-:=@/<>"'|]{1,3}/g) ?? [];
    const triggers = createPatternDetectors({ ...rule, formats: [] }).flatMap((detector) => detector.triggers);
    return [{ name: rule.id, triggers, pieces: [...SIGNS, ...words, ...words] }];
  });
  const isPattern = ({ effort }: Detector): boolean => effort?.inTurns !== undefined;
  const others = detectors.filter((detector) => !isPattern(detector));
  return [...ofRules, ...others.map(({ triggers }) => ({ name: nameOf(triggers), triggers, pieces: SIGNS }))];
}

function nameOf(triggers: readonly Trigger[]): string {
  return triggers
    .slice(0, 2)
    .map((trigger) => ('literal' in trigger ? trigger.literal : membersOf(trigger.first).slice(0, 3).join('')))
    .join(' | ');
}

function slowest(subject: Subject): readonly [Score, Genome] {
  let best = founder(subject);
  let score = judge(best);
  const generations = Number(values.generations);
  for (let generation = 1; generation < generations; generation += 1) {
    const genome = generation < generations * 0.4 ? founder(subject) : mutant(best, subject);
    if (judge(genome).toLogs <= score.toLogs) continue;
    // Once more: what was slow by chance is not so again.
    const again = judge(genome);
    if (again.toLogs > score.toLogs) [best, score] = [genome, again];
  }
  return [leastOf(5, () => judge(best, LONG)), best];
}

/** Nothing is made faster by what else the machine does. */
function leastOf(count: number, score: () => Score): Score {
  return Array.from({ length: count }, score).reduce((least, each) => (each.toLogs < least.toLogs ? each : least));
}

function founder({ triggers, pieces }: Subject): Genome {
  return {
    literals: several(2, () => literalOf(oneOf(triggers))),
    pieces: several(3, () => oneOf(pieces)),
    gap: oneOf([1, 4, 12, 40, 200, 900]),
    longestRun: oneOf([1, 1, 4]),
  };
}

function mutant(genome: Genome, { triggers, pieces }: Subject): Genome {
  switch (random.index(6)) {
    case 0:
      return { ...genome, literals: [...genome.literals.slice(1), literalOf(oneOf(triggers))] };
    case 1:
      return { ...genome, literals: [...genome.literals, literalOf(oneOf(triggers))] };
    case 2:
      return { ...genome, pieces: [...genome.pieces, oneOf(pieces)] };
    case 3:
      return {
        ...genome,
        pieces: genome.pieces.length > 1 ? genome.pieces.toSpliced(random.index(genome.pieces.length), 1) : genome.pieces,
      };
    case 4:
      return { ...genome, pieces: genome.pieces.with(random.index(genome.pieces.length), oneOf(pieces)) };
    default:
      return { ...genome, gap: Math.max(1, Math.floor(genome.gap * oneOf([0.3, 0.6, 1.5, 3]))) };
  }
}

function judge({ literals, pieces, gap, longestRun }: Genome, length = LENGTH): Score {
  const whole = text(() => {
    let between = '';
    const distance = 1 + random.index(2 * gap);
    while (between.length < distance) between += oneOf(pieces).repeat(random.index(3) === 0 ? 1 + random.index(longestRun) : 1);
    return oneOf(literals) + between;
  }, length);
  const nanoseconds = perCharacter(whole);
  return { nanoseconds, toLogs: (nanoseconds * readShare(whole)) / perCharacter(logs.get(length) ?? '') };
}

function perCharacter(whole: string): number {
  let best = Infinity;
  for (let round = 0; round < 3; round += 1) {
    const start = performance.now();
    scanner.redact(whole);
    best = Math.min(best, performance.now() - start);
  }
  return (best * 1e6) / whole.length;
}

/** How much of ten megabytes of such a text is read before it is cut. */
function readShare(whole: string): number {
  const state = startScan();
  scanner.advance(whole, state, true);
  const earned = state.account + whole.length;
  // A placeholder may earn more than what it stands for.
  const length = (JUDGED_LENGTH * earned) / whole.length;
  const share = (allowance: number, spent: number, income: number): number =>
    spent <= income ? 1 : Math.min(1, allowance / ((spent - income) * length));
  const { allowance, firstIncome, noise } = BUDGET;
  return Math.min(share(allowance, state.paid / earned, firstIncome), share(noise.allowance, (state.newPlaces * noise.cost) / earned, 1));
}

function text(part: () => string, length: number): string {
  let whole = '';
  while (whole.length < length) whole += part();
  return Buffer.from(whole).toString();
}

function literalOf(trigger: Trigger): string {
  if ('literal' in trigger) return trigger.literal;
  return [trigger.earlier, trigger.before, trigger.first, trigger.second]
    .map((members) => (members === undefined ? '' : oneOf(membersOf(members))))
    .join('');
}

/** Those that can be seen. */
function membersOf(members: CharClass): readonly string[] {
  const printable = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at));
  const seen = printable.filter((character) => members[character.charCodeAt(0)] === 1);
  return seen.length === 0 ? [''] : seen;
}

function several<T>(most: number, make: () => T): readonly T[] {
  return Array.from({ length: 1 + random.index(most) }, make);
}

function oneOf<T>(list: readonly T[]): T {
  const one = list[random.index(list.length)];
  if (one === undefined) throw new RangeError('nothing to choose from');
  return one;
}
