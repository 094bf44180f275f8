import { BLOCK } from '../scan/base64.ts';
import { LONGEST_LEAD, REACH_LEFT } from '../scan/detector.ts';
import { startScan, type ScanOptions } from '../scan/scan-state.ts';
import type { Scanner } from '../scan/scanner.ts';

/**
 * Redacts a text that arrives in pieces. However it is cut, the pieces that come out make up what redacting the whole would have
 * given: what cannot be decided yet is held back, at most `LONGEST_HELD_BACK` characters of it, and of plain text far less.
 */
export interface TextStreamRedactor {
  /** Takes the next piece; gives back what is decided by now, which may be nothing. */
  push(chunk: string): string;
  /** Gives back the rest. The stream is over. */
  end(): string;
  /** Characters taken and not yet given back. */
  readonly heldBack: number;
}

export interface StreamOptions {
  /**
   * Whether a secret that spans lines leaves their endings behind its placeholder, so that every line keeps its number, and each line has a budget of
   * its own. Wanted for a log that goes on: without it the stream is one text, and what is denser than JSON log records is cut after some megabytes.
   * Default false.
   */
  readonly keepsLines?: boolean;
}

/** No stream holds back more than this: three passes a window of base64 and a detector's reach each, and two looks for lines of keys. */
export const LONGEST_HELD_BACK = 24_576;

/** What has been decided is let go of in one go, rather than with every piece. */
const SPENT_BEFORE_TRIM = 8192;

/** Three passes, as a whole text has. */
export function createTextStream(scanner: Scanner, options: StreamOptions = {}): TextStreamRedactor {
  const first = createPass(scanner, options);
  const again = joined(createPass(scanner, { ...options, isFree: true }), createPass(scanner, { ...options, isFree: true }));
  return joined(first, again);
}

function createPass(scanner: Scanner, options: ScanOptions): TextStreamRedactor {
  const state = startScan(options);
  let buffer = '';

  function advance(isLast: boolean): string {
    let output = scanner.advance(buffer, state, isLast);
    const decided = isLast ? buffer.length : Math.max(state.floor, undecidedFrom() - LONGEST_LEAD - BLOCK);
    if (state.tail === undefined && decided > state.sent) {
      output += buffer.slice(state.sent, decided);
      state.sent = decided;
    }
    const spent = Math.min(state.sent, undecidedFrom()) - REACH_LEFT;
    if (spent > SPENT_BEFORE_TRIM) trim(spent);
    return output;
  }

  /** A run of base64 that the scan is going through may yet be taken out; one that it is about to meet begins less than a block before. */
  function undecidedFrom(): number {
    return Math.min(state.at, state.window?.start ?? state.at);
  }

  function trim(spent: number): void {
    buffer = buffer.slice(spent);
    state.at -= spent;
    state.lineSeen = Math.max(0, state.lineSeen - spent);
    state.account += spent;
    state.sent -= spent;
    state.floor = Math.max(0, state.floor - spent);
    if (state.window !== undefined) state.window = { start: state.window.start - spent, end: state.window.end - spent };
    state.block = -1;
    state.offset += spent;
  }

  return {
    push(chunk) {
      buffer += chunk;
      return advance(false);
    },
    end() {
      const rest = advance(true);
      buffer = '';
      Object.assign(state, startScan(options));
      return rest;
    },
    get heldBack() {
      return buffer.length - state.sent;
    },
  };
}

/** What comes out of one stream goes through the next. */
export function joined(first: TextStreamRedactor, next: TextStreamRedactor): TextStreamRedactor {
  return {
    push: (chunk) => next.push(first.push(chunk)),
    end: () => next.push(first.end()) + next.end(),
    get heldBack() {
      return first.heldBack + next.heldBack;
    },
  };
}
