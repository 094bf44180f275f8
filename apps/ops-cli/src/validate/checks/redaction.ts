import { examplesOf, PROFILES, RULES, type ExampleSource, type Profile, type Redactor } from '@codex-proxy/redaction';
import { judged, type Judgement, type Step } from '../../verdict/verdict.ts';
import { createIdentifiers } from '../identifiers.ts';

const ROUNDS = 5;
const IP_RULE = 'ip';
const PROFILE_NAMES = ['log', 'trace', 'archive', 'text'] as const satisfies readonly (keyof typeof PROFILES)[];

export interface RedactionParts {
  /** With the operator's rules, where there are some. */
  readonly redactor: Redactor;
  readonly random: ExampleSource;
}

/** Secrets that are made up come out of no door of the redactor, and identifiers come out of each as they were. */
export function redactionSteps({ redactor, random }: RedactionParts): readonly Step[] {
  return [
    { name: 'every rule takes its own examples out', run: () => ruleExamples(redactor, random) },
    ...PROFILE_NAMES.map((profile): Step => ({
      name: `profile ${profile}: canaries come out nowhere, by any method`,
      run: () => canaries(redactor, random, profile),
    })),
    ...PROFILE_NAMES.map((profile): Step => ({
      name: `profile ${profile}: identifiers stay as they are`,
      run: () => identifiers(redactor, random, profile),
    })),
  ];
}

function ruleExamples(redactor: Redactor, random: ExampleSource): Judgement {
  const problems = RULES.flatMap((rule) => {
    const kept = Array.from({ length: ROUNDS }, () => examplesOf(rule, random))
      .flat()
      .filter((example) => !redactor.text(`before ${example} behind`, 'archive').includes('[redacted:'));
    return kept.length === 0 ? [] : [`${rule.id}: ${kept.length} of its examples were kept`];
  });
  return judged(problems, `${RULES.length} rules`);
}

type Write = (redactor: Redactor, canary: string, profile: Profile) => string;

/** The ways a secret may take, and what becomes of it there. */
const METHODS: Readonly<Record<string, Write>> = {
  text: (redactor, canary, profile) => redactor.text(`before ${canary} behind`, profile),
  lines: (redactor, canary, profile) => redactor.text(`line\n${canary}\nline`, profile),
  value: (redactor, canary, profile) => JSON.stringify(redactor.value({ note: { list: [`see ${canary}`] } }, profile)),
  content: (redactor, canary, profile) => JSON.stringify(redactor.value({ messages: [{ role: 'user', content: canary }] }, profile)),
  json: (redactor, canary, profile) => redactor.json(JSON.stringify({ note: `see ${canary}` }), profile),
  headers: (redactor, canary, profile) => JSON.stringify(redactor.headers({ 'x-note': canary.replaceAll('\n', ' ') }, profile)),
  stream: (redactor, canary, profile) => {
    const stream = redactor.stream(profile);
    const half = canary.length >> 1;
    return stream.push(`before ${canary.slice(0, half)}`) + stream.push(`${canary.slice(half)} behind`) + stream.end();
  },
};

/** The ways that only logs take. */
const LOG_METHODS: Readonly<Record<string, Write>> = {
  'log record': (redactor, canary) => JSON.stringify(redactor.logRecord({ error_message: `see ${canary}` })),
};

function canaries(redactor: Redactor, random: ExampleSource, profile: Profile): Judgement {
  const methods = Object.entries(profile === 'log' ? { ...METHODS, ...LOG_METHODS } : METHODS);
  const leaks = new Set<string>();
  const rules = RULES.filter(({ id }) => PROFILES[profile].ipAddresses || id !== IP_RULE);
  for (const rule of rules) {
    for (const canary of examplesOf(rule, random)) {
      for (const [method, write] of methods) {
        const written = write(redactor, canary, profile);
        if (coresOf(canary, redactor, profile).some((core) => written.includes(core))) leaks.add(`${rule.id} came out of ${method}`);
      }
    }
  }
  return judged([...leaks], `${rules.length} kinds of canaries, ${methods.length} ways each`);
}

/** What of a canary is secret: a rule may keep what says what it is. Where nothing is found, all of it. */
function coresOf(canary: string, redactor: Redactor, profile: Profile): readonly string[] {
  const found = redactor.find(canary, profile).map(({ start, end }) => canary.slice(start, end));
  return found.length === 0 ? [canary] : found;
}

function identifiers(redactor: Redactor, random: ExampleSource, profile: Profile): Judgement {
  const harmed = new Set<string>();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [key, value] of Object.entries(createIdentifiers(random))) {
      const line = JSON.stringify({ [key]: value });
      const kept = [redactor.json(line, profile), redactor.text(line, profile), JSON.stringify(redactor.value({ [key]: value }, profile))];
      if (kept.some((text) => text !== line)) harmed.add(`${key} is changed`);
    }
  }
  return judged([...harmed], `${Object.keys(createIdentifiers(random)).length} kinds`);
}
