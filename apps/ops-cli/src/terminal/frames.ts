import { print } from './print.ts';
import type { Output } from './terminal.ts';

const OTHER_SCREEN = { enter: '\u001b[?1049h\u001b[?25l', leave: '\u001b[?25h\u001b[?1049l' } as const;
/** What is written between them is shown at once, where the terminal knows it (https://contour-terminal.org/vt-extensions/synchronized-output/). */
const AT_ONCE = { begin: '\u001b[?2026h', end: '\u001b[?2026l' } as const;
const HOME = '\u001b[H';
const CLEAR_REST_OF_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';
const PLAIN_ROWS = 24;

/** Texts that take each other's place. */
export interface Frames {
  draw(text: string): Promise<void>;
  /** Has to be called, whatever happened: it gives the terminal back. The last frame stays. */
  end(): Promise<void>;
}

/** One after the other, as they are: for programs. */
export function createLines(output: Output): Frames {
  return { draw: async (text) => print(output, text), end: () => Promise.resolve() };
}

/**
 * On a terminal, frames are written over each other on a screen of their own, so that nothing flickers; what is too high for it is cut at its
 * lower end. Elsewhere they follow one another.
 */
export function createFrames(output: Output): Frames {
  let last: string | undefined;
  if (!output.isTTY) {
    return {
      async draw(text) {
        await print(output, last === undefined ? text : `\n${text}`);
        last = text;
      },
      end: () => Promise.resolve(),
    };
  }
  return {
    async draw(text) {
      const lines = fitting(text.trimEnd().split('\n'), output.rows ?? PLAIN_ROWS);
      const frame = lines.map((line) => `${line}${CLEAR_REST_OF_LINE}`).join('\r\n');
      await print(output, `${last === undefined ? OTHER_SCREEN.enter : ''}${AT_ONCE.begin}${HOME}${frame}${CLEAR_BELOW}${AT_ONCE.end}`);
      last = text;
    },
    async end() {
      if (last !== undefined) await print(output, `${OTHER_SCREEN.leave}${last}`);
    },
  };
}

function fitting(lines: readonly string[], rows: number): readonly string[] {
  if (lines.length <= rows) return lines;
  return [...lines.slice(0, rows - 1), `… ${lines.length - rows + 1} more lines`];
}
