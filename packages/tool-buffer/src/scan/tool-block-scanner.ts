import type { ToolBufferAbortReason } from '@codex-proxy/contracts';
import { HeldText } from './held-text.ts';
import { CUT_TAG, NO_TAG, OPEN, cdataStart, closeTagEnd, cutOpenStart, isSelfClosing, openTagEnd } from './tag.ts';

/** The bound of a block where none is set: 1 MiB of UTF-16 units. */
export const DEFAULT_MAX_BLOCK_CHARS = 1024 * 1024;

const CDATA_END = ']]>';
const LESS = 0x3c;
const SLASH = 0x2f;
const LETTER_U = 0x75;
const EXCLAMATION = 0x21;

/** Hears what a scanner finds, in the order of the text. The texts of `onText` and `onBlock`, one after another, are the input. */
export interface ToolBlockObserver {
  /** Text outside of blocks, never empty; what an aborted block held is among it. */
  onText(text: string): void;
  /** An open tag is complete: what follows is held back. Exactly one of `onBlock` and `onAborted` answers it. */
  onStarted(): void;
  /** A whole block, from its open tag to its closing tag, as it was written. */
  onBlock(text: string): void;
  /** A block is given up; the `chars` UTF-16 units that it held come as text at once. */
  onAborted(reason: ToolBufferAbortReason, chars: number): void;
}

export interface ToolBlockScannerOptions {
  readonly observer: ToolBlockObserver;
  /** Longest block, tags included, in UTF-16 units; an open tag is always taken whole. 0, the default: {@link DEFAULT_MAX_BLOCK_CHARS}. */
  readonly maxBlockChars?: number;
}

/**
 * Finds `<use_tool>…</use_tool>` in a text that comes in pieces. However it is cut, the same is reported; text without `<` is passed
 * on at once, as the same string. Time is linear in the text, memory bounded by the longest block.
 *
 * Blocks are found anywhere, in Markdown code too: that is where models like to put calls, and where the clients look for them.
 * Within a CDATA section of a block no tag counts. A block is given up, and its text released, when
 * - another one opens in it (`nested_open`): that one starts then, and may well be whole;
 * - it grows beyond the bound (`too_long`): the search for an open tag goes on behind what was released;
 * - the text ends (`unterminated`) or the reader has gone (`disconnect`).
 */
export class ToolBlockScanner {
  readonly #observer: ToolBlockObserver;
  readonly #maxBlockChars: number;
  #mode: 'text' | 'block' | 'cdata' = 'text';
  readonly #held = new HeldText();
  /** The end of the text so far, where it may be the beginning of a tag. */
  #tail = '';

  constructor({ observer, maxBlockChars = 0 }: ToolBlockScannerOptions) {
    this.#observer = observer;
    this.#maxBlockChars = maxBlockChars > 0 ? maxBlockChars : DEFAULT_MAX_BLOCK_CHARS;
  }

  /** UTF-16 units that were pushed and not yet reported. */
  get heldBackChars(): number {
    return this.#held.length + this.#tail.length;
  }

  push(text: string): void {
    if (this.#mode === 'text' && this.#tail === '' && !text.includes('<')) {
      if (text !== '') this.#observer.onText(text);
      return;
    }
    const work = this.#tail + text;
    this.#tail = '';
    let at = 0;
    while (at < work.length) at = this.#mode === 'text' ? this.#readText(work, at) : this.#readBlock(work, at);
  }

  /** The text is over: reports what is held back. The scanner is then as new. */
  end(reason: 'completed' | 'disconnect'): void {
    const rest = this.#held.take() + this.#tail;
    const wasOpen = this.#mode !== 'text';
    this.#tail = '';
    if (wasOpen) this.#abort(reason === 'disconnect' ? 'disconnect' : 'unterminated', rest);
    else if (rest !== '') this.#observer.onText(rest);
  }

  /** Reads text from `from` to the end or into a block. Returns where to go on. */
  #readText(work: string, from: number): number {
    let at = work.indexOf(OPEN, from);
    let end = NO_TAG;
    while (at >= 0 && (end = openTagEnd(work, at)) === NO_TAG) at = work.indexOf(OPEN, at + OPEN.length);
    if (at < 0) {
      at = cutOpenStart(work, from);
      end = CUT_TAG;
    }
    if (at > from) this.#observer.onText(work.slice(from, at));
    if (end === CUT_TAG) {
      this.#tail = work.slice(at);
      return work.length;
    }
    this.#observer.onStarted();
    if (isSelfClosing(work, end)) this.#observer.onBlock(work.slice(at, end));
    else {
      this.#mode = 'block';
      this.#held.add(work.slice(at, end));
    }
    return end;
  }

  /** Reads a block from `from` to the end, its close or what aborts it. Returns where to go on. */
  #readBlock(work: string, from: number): number {
    const limit = from + Math.max(0, this.#maxBlockChars - this.#held.length);
    // Nothing beyond the limit counts, or the pieces would decide what does.
    const view = limit < work.length ? work.slice(0, limit) : work;
    let at = from;
    while (at < view.length) {
      if (this.#mode === 'cdata') {
        const end = view.indexOf(CDATA_END, at);
        if (end < 0) {
          at = cutCdataEnd(view, at);
          break;
        }
        this.#mode = 'block';
        at = end + CDATA_END.length;
        continue;
      }
      at = view.indexOf('<', at);
      if (at < 0) at = view.length;
      else {
        let next = view.charCodeAt(at + 1);
        for (; next === LESS; next = view.charCodeAt(at + 1)) at += 1;
        const end =
          next === SLASH
            ? closeTagEnd(view, at)
            : next === LETTER_U
              ? openTagEnd(view, at)
              : next === EXCLAMATION
                ? cdataStart(view, at)
                : at + 1 < view.length
                  ? NO_TAG
                  : CUT_TAG;
        if (end === CUT_TAG) break;
        if (end === NO_TAG) at += 1;
        else if (next === SLASH) return this.#flush(this.#held.take() + view.slice(from, end), end);
        else if (next === LETTER_U) {
          this.#abort('nested_open', this.#held.take() + view.slice(from, at));
          return at;
        } else {
          this.#mode = 'cdata';
          at = end;
        }
      }
    }
    this.#held.add(view.slice(from, at));
    if (limit < work.length) {
      this.#abort('too_long', this.#held.take());
      return at;
    }
    this.#tail = view.slice(at);
    return work.length;
  }

  #flush(block: string, end: number): number {
    this.#close();
    this.#observer.onBlock(block);
    return end;
  }

  #abort(reason: ToolBufferAbortReason, text: string): void {
    this.#close();
    this.#observer.onAborted(reason, text.length);
    this.#observer.onText(text);
  }

  #close(): void {
    this.#mode = 'text';
  }
}

/** Where `]` or `]]` begins that may be the start of the end of a CDATA section. */
function cutCdataEnd(text: string, from: number): number {
  let at = text.length;
  while (at > from && at > text.length - CDATA_END.length + 1 && text[at - 1] === ']') at -= 1;
  return at;
}
