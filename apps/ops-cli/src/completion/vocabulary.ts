import type { CommandDefinition, CommandGroup, NameKind, OptionDefinition } from '../command/command.ts';

/** What can stand on a command line, as shells want it. */
export interface Vocabulary {
  /** First words, in order. */
  readonly first: readonly Word[];
  /** Second words of a group. */
  readonly groups: readonly { readonly name: string; readonly words: readonly Word[] }[];
  readonly commands: readonly CommandWords[];
}

export interface Word {
  readonly word: string;
  readonly meaning: string;
}

export interface CommandWords {
  /** `runs list`. */
  readonly name: string;
  readonly options: readonly OptionWords[];
  /** Whether its arguments are files. */
  readonly takesFiles: boolean;
  /** Whether it has arguments that no shell knows: ids. */
  readonly takesWords: boolean;
}

export interface OptionWords {
  readonly name: string;
  readonly meaning: string;
  /** `none` takes no value. */
  readonly value: 'none' | 'file' | 'other' | readonly Word[];
  /** Whether it takes several of these values, with commas between. */
  readonly isList: boolean;
}

export type KnownNames = Readonly<Record<NameKind, readonly string[]>>;

const HELP: Word = { word: 'help', meaning: 'print the help of a command' };

export function vocabularyOf(commands: readonly CommandDefinition[], groups: readonly CommandGroup[], names: KnownNames): Vocabulary {
  const grouped = commands.map(({ name, summary }) => ({ words: name.split(' '), summary }));
  const heads = [...new Set(grouped.map(({ words: [head = ''] }) => head))];
  return {
    first: [...heads.map((word) => ({ word, meaning: meaningOf(word) })), HELP],
    groups: groups.map(({ name }) => ({
      name,
      words: grouped
        .filter(({ words }) => words.length > 1 && words[0] === name)
        .map(({ words, summary }) => ({ word: words[1] ?? '', meaning: summary })),
    })),
    commands: commands.map(({ name, options, arguments: positions = [] }) => ({
      name,
      options: [
        ...options.map((option) => optionWords(option, names)),
        { name: 'help', meaning: 'print help', value: 'none', isList: false },
      ],
      takesFiles: positions.some(({ placeholder }) => placeholder === 'FILE'),
      takesWords: positions.some(({ placeholder }) => placeholder !== 'FILE'),
    })),
  };

  function meaningOf(head: string): string {
    return [...groups, ...commands].find(({ name }) => name === head)?.summary ?? '';
  }
}

function optionWords(option: OptionDefinition, names: KnownNames): OptionWords {
  const { name, description, kind } = option;
  const value =
    kind === 'flag'
      ? 'none'
      : kind === 'choice'
        ? option.accepted.map((accepted) => ({ word: accepted.value, meaning: accepted.description }))
        : kind === 'file'
          ? 'file'
          : kind === 'text' && option.names !== undefined
            ? names[option.names].map((word) => ({ word, meaning: '' }))
            : 'other';
  return { name, meaning: description, value, isList: kind === 'text' && option.names !== undefined && option.names !== 'alert' };
}

/** A text between single quotes, for bash and zsh. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
