import type { CommandDefinition } from '@codex-proxy/ops-cli';
import { COMMAND_GROUPS, COMMANDS, renderCliReference } from '@codex-proxy/ops-cli';
import { describe, expect, it } from 'vitest';
import { parseCommandLine, type Call } from '../src/parse/command-line.ts';
import { parseDuration } from '../src/parse/duration.ts';
import { createTerminal, type TerminalOptions } from './support/terminal.ts';

const definition = (name: string, rest: Partial<CommandDefinition> = {}): CommandDefinition => ({
  name,
  summary: `what ${name} does`,
  description: [`All that ${name} does.`],
  options: [],
  examples: [{ line: `codex-ops ${name}`, description: 'Do it.' }],
  exitCodes: [{ code: 0, description: 'done' }],
  load: () => Promise.resolve(() => Promise.resolve(0)),
  ...rest,
});

const commands = [
  definition('whales list', {
    options: [
      { kind: 'integer', name: 'max-count', placeholder: 'N', description: 'how many', min: 1, max: 10, default: 3 },
      { kind: 'duration', name: 'since', placeholder: 'TIME', description: 'how old', default: '10m' },
      { kind: 'duration', name: 'pause', placeholder: 'TIME', description: 'how long', min: '250ms' },
      { kind: 'text', name: 'url', placeholder: 'URL', description: 'where', environment: 'WHALES_URL', default: 'http://localhost' },
      { kind: 'flag', name: 'follow', description: 'go on' },
    ],
  }),
  definition('whales feed', {
    arguments: [
      { placeholder: 'WHALE', description: 'which one' },
      { placeholder: 'FOOD', description: 'with what', isOptional: true },
    ],
    options: [{ kind: 'text', name: 'req-id', placeholder: 'ID', description: 'which', isRequired: true }],
  }),
];
const groups = [{ name: 'whales', summary: 'see and feed whales' }];

function parse(args: readonly string[], options?: TerminalOptions): { call: Call; out: string; err: string } {
  const terminal = createTerminal(options);
  return { call: parseCommandLine(args, { commands, groups }, terminal), ...terminal.printed };
}

function values(args: readonly string[], options?: TerminalOptions): Extract<Call, { command: CommandDefinition }>['values'] {
  const { call, err } = parse(args, options);
  if ('exitCode' in call) throw new Error(err);
  return call.values;
}

describe('the values of a call', () => {
  it('are what was given', () => {
    const given = values(['whales', 'list', '--max-count', '7', '--since', '2h', '--url', 'http://a', '--follow']);
    expect([given.number('max-count'), given.number('since'), given.text('url'), given.flag('follow')]).toEqual([
      7,
      7_200_000,
      'http://a',
      true,
    ]);
  });

  it('else what the environment says, else the defaults', () => {
    const given = values(['whales', 'list']);
    expect([given.number('max-count'), given.number('since'), given.text('url'), given.flag('follow')]).toEqual([
      3,
      600_000,
      'http://localhost',
      false,
    ]);
    expect(values(['whales', 'list'], { environment: { WHALES_URL: 'http://b' } }).text('url')).toBe('http://b');
    expect(values(['whales', 'list'], { environment: { WHALES_URL: '' } }).text('url')).toBe('http://localhost');
  });

  it('have arguments by their place', () => {
    const given = values(['whales', 'feed', 'ann', '--req-id', 'req_1', 'krill']);
    expect([given.argument('WHALE'), given.argument('FOOD'), given.text('req-id')]).toEqual(['ann', 'krill', 'req_1']);
    expect(values(['whales', 'feed', 'ann', '--req-id', 'req_1']).argument('FOOD')).toBeUndefined();
  });
});

it.each([
  [['whale', '--help'], "unknown command 'whale'\n(Did you mean whales?)\nTry 'codex-ops --help'."],
  [['-h', 'whale'], "unknown command 'whale'\n(Did you mean whales?)\nTry 'codex-ops --help'."],
  [['whales', 'show', '--help'], "unknown command 'show'\nTry 'codex-ops whales --help'."],
  [['whales', '--help', 'show'], "unknown command 'show'\nTry 'codex-ops whales --help'."],
  [['help', 'whales', 'show'], "unknown command 'show'\nTry 'codex-ops whales --help'."],
  [['whales', 'help', 'show'], "unknown command 'show'\nTry 'codex-ops whales --help'."],
  [['whales', 'fed'], "unknown command 'fed'\n(Did you mean feed?)\nTry 'codex-ops whales --help'."],
  [['whales', 'feed', '--req-id', 'a'], "missing required argument 'WHALE'\nTry 'codex-ops whales feed --help'."],
  [['whales', 'feed', 'ann'], "required option '--req-id <ID>' not specified\nTry 'codex-ops whales feed --help'."],
  [['whales', 'feed', 'a', 'b', 'c', '--req-id', 'd'], "too many arguments for 'feed': it takes 2\nTry 'codex-ops whales feed --help'."],
  [
    ['whales', 'list', '--max-count', '11'],
    "option '--max-count <N>' argument '11' is invalid. A whole number from 1 to 10 was expected.\nTry 'codex-ops whales list --help'.",
  ],
  [
    ['whales', 'list', '--since', 'noon'],
    "option '--since <TIME>' argument 'noon' is invalid. A span of time such as 30s, 10m, 2h or 1d was expected.\nTry 'codex-ops whales list --help'.",
  ],
  [
    ['whales', 'list', '--pause', '249ms'],
    "option '--pause <TIME>' argument '249ms' is invalid. At least 250ms was expected.\nTry 'codex-ops whales list --help'.",
  ],
])('%j is a mistake, and named', (args, sentence) => {
  expect(parse(args)).toEqual({ call: { exitCode: 2, mistake: `codex-ops: ${sentence}\n` }, out: '', err: '' });
});

describe('help', () => {
  it('lists a group as one, and its commands where it is asked for', () => {
    expect(parse(['--help']).out).toContain('  whales          see and feed whales\n');
    const group = parse(['help', 'whales']).out;
    expect(group).toContain('what whales list does');
    expect(parse(['whales', '--help']).out).toBe(group);
    expect(parse(['whales'])).toEqual({ call: { exitCode: 2 }, out: '', err: group });
  });

  it('of a command in a group is found both ways', () => {
    const { out, call } = parse(['help', 'whales', 'feed']);
    expect(call).toEqual({ exitCode: 0 });
    expect(out).toContain('Usage: codex-ops whales feed [options] <WHALE> [FOOD]');
    expect(parse(['whales', 'feed', '--help']).out).toBe(out);
    expect(parse(['whales', 'help', 'feed']).out).toBe(out);
  });

  it('says the defaults, and what is too little', () => {
    expect(parse(['help', 'whales', 'list']).out).toContain('how long, at least 250ms; a number alone is seconds\n');
    expect(parse(['help', 'whales', 'list']).out).toContain('where (default: $WHALES_URL, else http://localhost)');
  });
});

it('the manual shows arguments, and what must be given without brackets', () => {
  const manual = renderCliReference(commands);
  expect(manual).toContain('codex-ops whales feed WHALE [FOOD] --req-id <ID>');
  expect(manual).toContain('| `WHALE` | which one |');
  expect(manual).toContain('](#codex-ops-whales-feed)');
});

it.each([
  ['90', 90_000],
  ['1.5s', 1500],
  ['250ms', 250],
  ['10m', 600_000],
  ['1d', 86_400_000],
  ['', undefined],
  ['-1s', undefined],
  ['1w', undefined],
  ['1e3', undefined],
])('a span of %j is %j ms', (text, ms) => expect(parseDuration(text)).toBe(ms));

it('every group of the table has commands, and every command of two words has its group', () => {
  const used = new Set(COMMANDS.filter(({ name }) => name.includes(' ')).map(({ name }) => name.split(' ')[0]));
  expect(COMMAND_GROUPS.map(({ name }) => name).toSorted()).toEqual([...used].toSorted());
});
