import { quoted, type CommandWords, type OptionWords, type Vocabulary, type Word } from './vocabulary.ts';

/** https://www.gnu.org/software/bash/manual/html_node/Programmable-Completion.html */
export function bashScript({ first, groups, commands }: Vocabulary): string {
  return `# bash completion of codex-ops
_codex_ops() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} at=1 command before
  COMPREPLY=()
  # Bash takes an = for a word of its own.
  if [[ $current == = ]]; then
    current=
  elif [[ $previous == = ]]; then
    previous=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  [[ \${COMP_WORDS[1]} == help ]] && at=2
  command=\${COMP_WORDS[at]}
  if ((COMP_CWORD <= at)); then
    if [[ $current == -* ]]; then
      COMPREPLY=($(compgen -W '--help --version' -- "$current"))
    else
      COMPREPLY=($(compgen -W ${list(first)} -- "$current"))
    fi
    return
  fi
  case $command in
${groups.map(({ name, words }) => groupCase(name, words)).join('\n')}
  esac
  ((at == 1)) || return
  case "$command $previous" in
${commands.flatMap((command) => command.options.flatMap((option) => valueCase(command, option))).join('\n')}
  esac
  case $command in
${commands.map(commandCase).join('\n')}
  esac
}
complete -F _codex_ops codex-ops
`;
}

function groupCase(name: string, words: readonly Word[]): string {
  return `    ${name})
      if ((COMP_CWORD == at + 1)); then
        COMPREPLY=($(compgen -W ${list(words)} -- "$current"))
        return
      fi
      command="$command \${COMP_WORDS[at + 1]}"
      ;;`;
}

function valueCase({ name }: CommandWords, { name: option, value, isList }: OptionWords): readonly string[] {
  if (value === 'none') return [];
  const words = isList ? SEVERAL : '';
  const answer =
    value === 'file'
      ? FILES
      : value === 'other'
        ? ':'
        : `${words}COMPREPLY=($(compgen ${isList ? '-P "$before" ' : ''}-W ${list(value)} -- "$current"))`;
  return [`    ${quoted(`${name} --${option}`)}) ${answer}; return ;;`];
}

/** Of a list, its last name is completed. */
const SEVERAL = 'before=; [[ $current == *,* ]] && before="${current%,*},"; current=${current##*,}; ';

const FILES = 'compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current")';

function commandCase({ name, options, takesFiles }: CommandWords): string {
  const words = list(options.map((option) => ({ word: `--${option.name}`, meaning: '' })));
  const files = takesFiles ? `[[ $current == -* ]] || { ${FILES}; return; }; ` : '';
  return `    ${quoted(name)}) ${files}COMPREPLY=($(compgen -W ${words} -- "$current")) ;;`;
}

function list(words: readonly Word[]): string {
  return quoted(words.map(({ word }) => word).join(' '));
}
