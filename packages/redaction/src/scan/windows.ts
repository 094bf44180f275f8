import { BLOCK, type Base64Search } from './base64.ts';
import { DENSE_TEXT } from './budget.ts';
import { BASE64 } from './char-class.ts';
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

export function createWindows(
  base64: Base64Search,
  { owe, payDecoded, denseFrom }: Pick<Payments, 'owe' | 'payDecoded' | 'denseFrom'>,
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
    const window = base64.windowAround(text, at, state.floor);
    if (window.end === available) return stopAt(state, at);
    state.window = window;
    state.block = -1;
    return undefined;
  }

  /** The scan has gone through a window of base64: what it left of it is decoded, and the next window is opened. */
  function closeWindow(text: string, at: number, state: ScanState, available: number): Found | undefined {
    const { window } = state;
    if (window === undefined) return undefined;
    const behind = base64.windowBehind(text, window);
    if (behind?.end === available) return stopAt(state, at);
    state.at = at;
    const start = Math.max(window.start, state.floor);
    const isHeld = base64.mayHold(text, start, window.end);
    const found = isHeld ? base64.find(text, start, window.end) : undefined;
    if (isHeld && payDecoded(text, at, window.end - start, state) && found === undefined) return denseFrom(text, at, state);
    state.window = undefined;
    if (found !== undefined) {
      owe(state, at, EFFORT_OF_FIND);
      // What was too dense to be read is no more than a window of what may be a harmless file.
      return found.type === DENSE_BASE64 ? found : { ...found, tail: { members: BASE64 } };
    }
    if (behind !== undefined && at < behind.end) state.window = behind;
    return undefined;
  }

  function wrappedBefore(text: string, found: Found, state: ScanState): Found | undefined {
    const { window } = state;
    if (window === undefined || found.type === '') return undefined;
    const start = Math.max(window.start, state.floor);
    const end = Math.min(found.start, window.end);
    if (found.start <= start || !base64.mayHold(text, start, end)) return undefined;
    const wrapped = base64.find(text, start, end);
    payDecoded(text, end, end - start, state);
    return wrapped;
  }

  return { stopForBase64, wrappedBefore };
}
