import type { RunEventContentMode } from '@codex-proxy/contracts';
import { contentOf } from './content.ts';
import type { ItemOf } from './notification.ts';

type Change = ItemOf<'fileChange'>['changes'][number];

const MOST_FILES = 200;
const PATH_CHARS = 512;

/** What a change of files is about: each file with the lines added and removed, and the sum. */
export function patchOf(changes: readonly Change[], content: RunEventContentMode) {
  const files = changes.map(fileOf);
  const sum = (count: 'added' | 'removed'): number => files.reduce((total, file) => total + file[count], 0);
  const diff = changes.map(({ path, diff: text }) => `${path}\n${text}`).join('\n');
  return {
    file_count: files.length,
    added: sum('added'),
    removed: sum('removed'),
    files: files.slice(0, MOST_FILES),
    ...contentOf('diff', diff, content),
  };
}

function fileOf({ path, kind, diff }: Change) {
  const move = kind.move_path ?? undefined;
  return {
    path: path.slice(0, PATH_CHARS),
    kind: kind.type,
    ...(move === undefined ? {} : { move_path: move.slice(0, PATH_CHARS) }),
    ...linesOf(kind.type, diff),
  };
}

/** An update is a unified diff; what is added or deleted is the file itself. */
function linesOf(kind: Change['kind']['type'], diff: string): { readonly added: number; readonly removed: number } {
  const lines = diff === '' ? [] : diff.replace(/\n$/, '').split('\n');
  if (kind !== 'update') return kind === 'add' ? { added: lines.length, removed: 0 } : { added: 0, removed: lines.length };
  const body = lines.slice(
    Math.max(
      0,
      lines.findIndex((line) => line.startsWith('@@')),
    ),
  );
  const count = (sign: string): number => body.filter((line) => line.startsWith(sign)).length;
  return { added: count('+'), removed: count('-') };
}
