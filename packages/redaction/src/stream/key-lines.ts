import { createKeyLineReader, mayHoldTop, SEEN_BEHIND, type KeySpan } from '../find/private-key-lines.ts';
import { secretPlaceholder } from '../placeholder.ts';
import { PRIVATE_KEY_RULE } from '../rules/private-key.ts';
import type { Found } from '../scan/detector.ts';
import type { Scanner } from '../scan/scanner.ts';
import type { TextStreamRedactor } from './text-stream.ts';

const PLACEHOLDER = secretPlaceholder(PRIVATE_KEY_RULE.id);
/** Of `PRIVATE KEY`, which stands in the top of every key: by its rarer letters it is found sooner. */
const WORD = 'VATE KEY';
/** A top and a line. */
const SHORTEST = 48;
const SPENT_BEFORE_TRIM = 8192;

/**
 * Takes private keys out that were written to a log line by line, each line behind what the log writes before all: `host app[1]: MIIE…`,
 * `{"level":30,"msg":"MIIE…"}`. What stands before and behind stays, and so do all lines. Other secrets are not looked for: what comes
 * out goes on to a redactor. It holds back a key's top until it is clear how the key goes on, at most 4,096 characters.
 */
export function createKeyLineStream(): TextStreamRedactor {
  let reader = createKeyLineReader();
  let buffer = '';
  let sent = 0;
  /** What was let go of since the reader read. */
  let spent = 0;

  function advance(isLast: boolean): string {
    const spans = reader.read(buffer, spent, isLast);
    spent = 0;
    const output = written(buffer, sent, reader.decided, spans);
    sent = reader.decided;
    trim();
    return output;
  }

  /** In one go, rather than with every piece. */
  function trim(): void {
    const from = sent - SEEN_BEHIND;
    if (from < SPENT_BEFORE_TRIM) return;
    buffer = buffer.slice(from);
    sent -= from;
    spent += from;
  }

  return {
    push(chunk) {
      const isPlain = reader.isSearching && sent === buffer.length && !mayHoldTop(chunk);
      buffer += chunk;
      if (!isPlain) return advance(false);
      sent = buffer.length;
      trim();
      return chunk;
    },
    end() {
      const rest = advance(true);
      reader = createKeyLineReader();
      [buffer, sent, spent] = ['', 0, 0];
      return rest;
    },
    get heldBack() {
      return buffer.length - sent;
    },
  };
}

/**
 * What comes through `createKeyLineStream` first, then through the scanner, and through that stream again: what was taken out of the lines can
 * make them alike.
 */
export function createKeyLineScanner(scanner: Scanner): Scanner {
  return {
    ...scanner,
    redact: (text) => (mayHoldKey(text) ? withoutKeyLines(scanner.redact(withoutKeyLines(text))) : scanner.redact(text)),
    list(text) {
      const spans = mayHoldKey(text) ? spansOf(text) : [];
      return spans.length === 0 ? scanner.list(text) : listAround(text, spans, scanner);
    },
  };
}

function mayHoldKey(text: string): boolean {
  return text.length >= SHORTEST && text.includes(WORD);
}

function withoutKeyLines(text: string): string {
  return written(text, 0, text.length, spansOf(text));
}

function spansOf(text: string): readonly KeySpan[] {
  return createKeyLineReader().read(text, 0, true);
}

function written(text: string, from: number, to: number, spans: readonly KeySpan[]): string {
  if (spans.length === 0) return text.slice(from, to);
  let output = '';
  let at = from;
  for (const { start, end, isMore = false } of spans) {
    output += text.slice(at, start) + (isMore ? '' : PLACEHOLDER);
    at = end;
  }
  return output + text.slice(at, to);
}

/** What the scanner finds once the keys are out, told by its places in the text as it is. */
function listAround(text: string, spans: readonly KeySpan[], scanner: Scanner): readonly Found[] {
  const keys = spans.map(({ start, end }) => ({ start, end, type: PRIVATE_KEY_RULE.id }));
  const original = placesIn(spans);
  const others = scanner
    .list(written(text, 0, text.length, spans))
    .map(({ start, end, type }) => ({ start: original(start, 'start'), end: original(end, 'end'), type }));
  const isOutside = ({ start, end }: Found): boolean => !others.some((other) => other.start < end && start < other.end);
  return [...keys.filter(isOutside), ...others].sort((one, other) => one.start - other.start);
}

/** A place in what is written, as a place in the text: inside a placeholder it is where the key begins, or ends. */
function placesIn(spans: readonly KeySpan[]): (place: number, edge: 'start' | 'end') => number {
  return (place, edge) => {
    /** How much further on the text is than what is written. */
    let ahead = 0;
    for (const { start, end, isMore = false } of spans) {
      const written = isMore ? 0 : PLACEHOLDER.length;
      if (place <= start - ahead) break;
      if (place < start - ahead + written) return edge === 'start' ? start : end;
      ahead += end - start - written;
    }
    return place + ahead;
  };
}
