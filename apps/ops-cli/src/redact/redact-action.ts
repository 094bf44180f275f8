import { createRedactor, PROFILES, type Profile } from '@codex-proxy/redaction';
import type { OptionValues } from '../command/command.ts';
import { causeOf, EXIT } from '../errors.ts';
import { say } from '../terminal/say.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { createPlaceholderCount, difference } from './placeholder-count.ts';
import { createRedactionFilter } from './redaction-filter.ts';
import { readRulesFile } from './rules-file.ts';

/** `codex-ops redact`: standard input to standard output. */
export async function redactAction(values: OptionValues, terminal: Terminal, create = createRedactor): Promise<number> {
  const { stdin, stdout, stderr } = terminal;
  const warn = (sentence: string): void => say(stderr, sentence);
  const rulesPath = values.text('rules');
  const rules = rulesPath === undefined ? {} : await readRulesFile(rulesPath, terminal.readFile);
  const profile = profileOf(values.text('profile'));

  let failures = 0;
  const redactor = create({ ...rules, onFailure: () => (failures += 1) });
  const onLongDocument = ({ line }: { line: number }): void =>
    warn(
      `line ${line}: too long to be read as JSON, searched as text${PROFILES[profile].content === 'keep' ? '' : '; customer content in it stays'}`,
    );
  const filter = createRedactionFilter({ redactor, profile, onLongDocument });
  const [before, after] = [createPlaceholderCount(), createPlaceholderCount()];
  const isCounting = values.flag('stats');

  async function write(text: string): Promise<void> {
    if (text === '') return;
    if (isCounting) after.add(text);
    if (!stdout.write(text)) await stdout.drained();
  }

  async function redact(text: string): Promise<void> {
    if (isCounting) before.add(text);
    await write(filter.push(text));
  }

  if (stdin.isTTY === true) warn('reading from the terminal; end with Ctrl-D');
  const input = stdin[Symbol.asyncIterator]();
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  for (;;) {
    let next: IteratorResult<Uint8Array>;
    try {
      next = await input.next();
    } catch (error) {
      await write(filter.end());
      warn(`standard input cannot be read (${causeOf(error)})`);
      return EXIT.failed;
    }
    if (next.done === true) break;
    await redact(decoder.decode(next.value, { stream: true }));
  }
  await redact(decoder.decode());
  await write(filter.end());
  if (isCounting) stderr.write(renderCounts(difference(after, before)));
  if (failures === 0) return EXIT.done;
  warn(`${failures} ${failures === 1 ? 'part' : 'parts'} of the input could not be judged and ${failures === 1 ? 'was' : 'were'} left out`);
  return EXIT.failed;
}

function profileOf(name: string | undefined): Profile {
  return PROFILE_NAMES.find((profile) => profile === name) ?? 'text';
}

const PROFILE_NAMES = ['log', 'trace', 'archive', 'text'] as const satisfies readonly Profile[];

function renderCounts(counts: readonly (readonly [type: string, count: number])[]): string {
  if (counts.length === 0) return 'nothing was taken out\n';
  const width = Math.max(...counts.map(([, count]) => String(count).length));
  return counts.map(([type, count]) => `${String(count).padStart(width)}  ${type}\n`).join('');
}
