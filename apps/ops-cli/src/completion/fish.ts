import type { CommandWords, OptionWords, Vocabulary, Word } from './vocabulary.ts';

/** https://fishshell.com/docs/current/completions.html */
export function fishScript({ first, groups, commands }: Vocabulary): string {
  return `# fish completion of codex-ops
function __codex_ops_at
    set -l words (commandline -opc)[2..-1]
    set -l wanted (count $argv)
    test (count $words) -ge $wanted; or return 1
    test "$words[1..$wanted]" = "$argv"
end
function __codex_ops_only
    test (count (commandline -opc)) -eq (math (count $argv) + 1); and __codex_ops_at $argv
end
complete -c codex-ops -f
${first.map((word) => wordLine('test (count (commandline -opc)) -eq 1', word)).join('\n')}
${first
  .filter(({ word }) => word !== 'help')
  .map((word) => wordLine('__codex_ops_only help', word))
  .join('\n')}
${groups.flatMap(({ name, words }) => words.flatMap((word) => [wordLine(`__codex_ops_only ${name}`, word), wordLine(`__codex_ops_only help ${name}`, word)])).join('\n')}
${commands.flatMap(commandLines).join('\n')}
`;
}

function wordLine(condition: string, { word, meaning }: Word): string {
  return `complete -c codex-ops -n ${quotedForFish(condition)} -a ${word} -d ${quotedForFish(meaning)}`;
}

function commandLines({ name, options, takesFiles }: CommandWords): readonly string[] {
  const condition = quotedForFish(`__codex_ops_at ${name}`);
  const lines = options.map(
    (option) => `complete -c codex-ops -n ${condition} -l ${option.name}${valueOf(option)} -d ${quotedForFish(option.meaning)}`,
  );
  return takesFiles ? [...lines, `complete -c codex-ops -n ${condition} -F`] : lines;
}

function valueOf({ value }: OptionWords): string {
  if (value === 'none') return '';
  if (value === 'file') return ' -r -F';
  return value === 'other' ? ' -x' : ` -x -a ${quotedForFish(value.map(({ word }) => word).join(' '))}`;
}

function quotedForFish(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
}
