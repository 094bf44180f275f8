import { densePlaceholderEnd, LONGEST_DENSE_PLACEHOLDER } from '../placeholder.ts';
import { BLOCK, type Base64Search, type Base64Window } from './base64.ts';
import { DENSE_TEXT } from './budget.ts';
import { BASE64, codeAt } from './char-class.ts';
import { EFFORT_OF_FIND, type Found } from './detector.ts';
import type { Payments } from './payment.ts';
import { FAR } from './prefilter.ts';
import { stopAt, type ScanState } from './scan-state.ts';

/** Leads a scan through runs of base64, window by window: it goes through what is written there first, then what it left is decoded. */
export interface Windows {
  /** Closes the window of base64 that ends here, opens the one that starts here, and sees to it that `state.block` is the next stop. */
  stopForBase64(text: string, at: number, state: ScanState, available: number): Found | undefined;
  /** A find inside a run of base64 cuts it in two, and its first part is judged on its own. */
  wrappedBefore(text: string, found: Found, state: ScanState): Found | undefined;
}

const DENSE_BASE64 = `base64_${DENSE_TEXT}`;

/** Whether a text, or its line, ends with what was taken out unread, and that begins at `at`; nothing if the text at hand does not tell. */
function isCutAt(text: string, at: number, available: number, keepsLines: boolean): boolean | undefined {
  if (codeAt(text, at) !== SQUARE) return false;
  if (at + LONGEST_DENSE_PLACEHOLDER > available) return undefined;
  const end = densePlaceholderEnd(text, at);
  return end === text.length || (end !== -1 && keepsLines && codeAt(text, end) < BLANK);
}

const [SQUARE, BLANK] = [91, 32];

export function createWindows(
  base64: Base64Search,
  { owe, payWindow, payDecoded, denseFrom }: Pick<Payments, 'owe' | 'payWindow' | 'payDecoded' | 'denseFrom'>,
): Windows {
  function stopForBase64(text: string, at: number, state: ScanState, available: number): Found | undefined {
    if (state.window !== undefined && at >= state.window.end) {
      const found = closeWindow(text, at, state, available);
      if (found !== undefined) return found;
    }
    if (state.window !== undefined) return undefined;
    if (state.block < at) state.block = base64.nextBlock(text, at, state.offset);
    if (state.block !== at) return undefined;
    if (at + BLOCK > text.length) {
      if (available === text.length) return stopAt(state, at);
      state.block = FAR;
      return undefined;
    }
    // A run that went on to the end of the text at hand, when its block was met, may have turned out to be short.
    state.block = base64.nextBlock(text, at, state.offset);
    if (state.block !== at) return undefined;
    const window = base64.windowAround(text, at, state.floor);
    if (window.end === available) return stopAt(state, at);
    state.block = -1;
    return open(text, at, window, window.start, state);
  }

  /** @param paid Up to where what is decoded was paid for with the window before. */
  function open(text: string, at: number, window: Base64Window, paid: number, state: ScanState): Found | undefined {
    state.window = window;
    const isDear = base64.mayHold(text, window.start, window.end) && payWindow(text, at, window.end - paid, state);
    return isDear ? denseFrom(text, at, state) : undefined;
  }

  /** The scan has gone through a window of base64: what it left of it is decoded, and the next window is opened. */
  function closeWindow(text: string, at: number, state: ScanState, available: number): Found | undefined {
    const { window } = state;
    if (window === undefined) return undefined;
    const behind = base64.windowBehind(text, window);
    if (behind?.end === available) return stopAt(state, at);
    const isCut = isCutAt(text, window.end, available, state.keepsLines);
    if (isCut === undefined) return stopAt(state, at);
    state.at = at;
    const start = Math.max(window.start, state.floor);
    const found = base64.mayHold(text, start, window.end) ? base64.find(text, start, window.end) : undefined;
    if (payDecoded(text, at, isCut, state) && found === undefined) return denseFrom(text, at, state);
    state.window = undefined;
    if (found !== undefined) {
      owe(state, at, EFFORT_OF_FIND, true);
      // What was too dense to be read is no more than a window of what may be a harmless file.
      return found.type === DENSE_BASE64 ? found : { ...found, tail: { members: BASE64 } };
    }
    return behind !== undefined && at < behind.end ? open(text, at, behind, window.end, state) : undefined;
  }

  function wrappedBefore(text: string, found: Found, state: ScanState): Found | undefined {
    const { window } = state;
    if (window === undefined || found.type === '') return undefined;
    const start = Math.max(window.start, state.floor);
    const end = Math.min(found.start, window.end);
    if (found.start <= start || !base64.mayHold(text, start, end)) return undefined;
    const wrapped = base64.find(text, start, end);
    payDecoded(text, end, false, state);
    return wrapped;
  }

  return { stopForBase64, wrappedBefore };
}
