import { quoted, type CommandWords, type OptionWords, type Vocabulary, type Word } from './vocabulary.ts';

/** https://zsh.sourceforge.io/Doc/Release/Completion-System.html */
export function zshScript({ first, groups, commands }: Vocabulary): string {
  return `#compdef codex-ops
# zsh completion of codex-ops
_codex-ops() {
  local -a words_of
  local command
  [[ $words[2] == help ]] && { shift words; (( CURRENT-- )); local helping=1 }
  if (( CURRENT <= 2 )) && [[ $words[CURRENT] == -* ]]; then
    _arguments '--help[print help]' '--version[print the version]'
    return
  fi
  if (( CURRENT <= 2 )); then
    words_of=(${describe(first)})
    _describe -t commands command words_of
    return
  fi
  command=$words[2]
  case $command in
${groups.map(({ name, words }) => groupCase(name, words)).join('\n')}
  esac
  (( helping )) && return
  shift words; (( CURRENT-- ))
  case $command in
${commands.map(commandCase).join('\n')}
  esac
}
if [[ $funcstack[1] == _codex-ops ]]; then
  _codex-ops "$@"
else
  compdef _codex-ops codex-ops
fi
`;
}

function groupCase(name: string, words: readonly Word[]): string {
  return `    ${name})
      if (( CURRENT == 3 )); then
        words_of=(${describe(words)})
        _describe -t commands command words_of
        return
      fi
      command="$command $words[3]"
      shift words; (( CURRENT-- ))
      ;;`;
}

function commandCase({ name, options, takesFiles, takesWords }: CommandWords): string {
  // Without one for its arguments, zsh completes nothing behind them.
  const rest = takesFiles ? [quoted('*:file:_files')] : takesWords ? [quoted('*:id: ')] : [];
  const specs = [...options.map(specOf), ...rest];
  return `    ${quoted(name)}) _arguments ${specs.join(' ')} ;;`;
}

function specOf({ name, meaning, value, isList }: OptionWords): string {
  const head = `--${name}${value === 'none' ? '' : '='}[${meaning.replaceAll(/[[\]\\]/g, String.raw`\$&`)}]`;
  if (value === 'none') return quoted(head);
  if (value === 'file') return quoted(`${head}:file:_files`);
  if (value === 'other') return quoted(`${head}:value: `);
  const words = value.map(({ word }) => word).join(' ');
  return quoted(isList ? `${head}:value:_values -s , value ${words}` : `${head}:value:(${words})`);
}

function describe(words: readonly Word[]): string {
  return words.map(({ word, meaning }) => quoted(`${word}:${meaning}`)).join(' ');
}
