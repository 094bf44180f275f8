import { contentPlaceholder, isPlaceholder } from '../placeholder.ts';
import { STRUCTURAL_VALUES } from '../keys/key-words.ts';
import type { Field } from './field.ts';

/** In content, what says how it is built stays: `type: "text"`, `role: "user"`. Any other word could be what somebody wrote. */
export function isStructure({ isStructural }: Field, value: unknown): boolean {
  return isStructural && typeof value === 'string' && STRUCTURAL_VALUES.has(value);
}

export function contentOf(value: string): string {
  return value === '' || isPlaceholder(value) ? value : contentPlaceholder('string', value.length);
}

export function replaceContent(value: unknown): unknown {
  if (typeof value === 'string') return contentOf(value);
  if (Array.isArray(value)) return contentPlaceholder('array', value.length);
  if (typeof value === 'object' && value !== null) return contentPlaceholder('object', Object.keys(value).length);
  return typeof value === 'number' ? value : undefined;
}
