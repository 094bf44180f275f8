import { BASE64, has, runEnd, runStart } from './char-class.ts';
import type { Found } from './detector.ts';

/** How far the search for wrapped secrets has come. */
export interface Base64State {
  readonly floor: number;
  /** Everything before was decoded already. */
  tried: number;
  /** Where the next window of the same run starts, or -1. */
  next: number;
}

/** Looks for secrets inside base64: in `Authorization: Basic`, in Kubernetes secrets, in wrapped JSON. */
export interface Base64Search {
  /** Whether a long run of base64 characters may stand at `at`. One is sure to be met if this is asked every 32 characters. */
  isBlock(text: string, at: number): boolean;
  find(text: string, at: number, state: Base64State, isLast: boolean): Found | 'undecided' | undefined;
}

const SHORTEST = 32;
/** A long run is decoded in windows that overlap by more than the longest ordinary secret. */
const WINDOW = 2048;
const OVERLAP = 512;
const SAMPLE = 48;

export function createBase64Search(firstType: (decoded: string) => string | undefined): Base64Search {
  return {
    isBlock: (text, at) =>
      has(BASE64, text.charCodeAt(at)) && has(BASE64, text.charCodeAt(at + 8)) && has(BASE64, text.charCodeAt(at + 15)) && has(BASE64, text.charCodeAt(at + 4)),

    find(text, at, state, isLast) {
      const start = windowStart(text, at, state);
      const end = runEnd(text, at, BASE64, start + WINDOW);
      if (end === text.length && end < start + WINDOW && !isLast) return 'undecided';
      state.tried = end;
      state.next = end === start + WINDOW ? end - OVERLAP : -1;
      if (end - start < SHORTEST) return undefined;
      const type = wrappedType(text.slice(start, end), firstType);
      return type === undefined ? undefined : { start, end, type, tail: { members: BASE64 } };
    },
  };
}

function windowStart(text: string, at: number, state: Base64State): number {
  const goesOn = state.next >= state.floor && runEnd(text, state.tried, BASE64, at) === at;
  return goesOn ? state.next : runStart(text, at, BASE64, Math.max(state.floor, at - SHORTEST));
}

function wrappedType(run: string, firstType: (decoded: string) => string | undefined): string | undefined {
  if (!isReadable(decode(run.slice(0, SAMPLE)))) return undefined;
  const decoded = decode(run);
  const type = firstType(decoded.includes('\0') ? decoded.replaceAll('\0', '') : decoded);
  return type === undefined ? undefined : `base64_${type}`;
}

function decode(run: string): string {
  const standard = run.replaceAll('-', '+').replaceAll('_', '/').replace(/={1,3}.*$/, '');
  return atob(standard.slice(0, standard.length - (standard.length % 4 === 1 ? 1 : 0)));
}

/** Whether bytes are text: ASCII, or UTF-16 of it. */
function isReadable(bytes: string): boolean {
  let readable = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const code = bytes.charCodeAt(at);
    if ((code >= 32 && code < 127) || code === 9 || code === 10 || code === 13 || (code === 0 && at % 2 === 1)) readable += 1;
  }
  return readable >= bytes.length - 1 && bytes.length > 8;
}
