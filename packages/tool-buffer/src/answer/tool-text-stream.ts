import type { OutputMode, ToolBufferAbortReason } from '@codex-proxy/contracts';
import { canonicalBlock } from '../parse/canonical-block.ts';
import { parseToolBlock, type MalformedReason } from '../parse/tool-block.ts';
import { ToolBlockScanner } from '../scan/tool-block-scanner.ts';
import type { IsJsonParameter, ToolCall } from '../tool-call.ts';
import type { Schedule } from './timer.ts';

/** A tool call of an answer. */
export interface AnswerToolCall extends ToolCall {
  /** From 0, in the order of the answer. */
  readonly index: number;
  /** `call_` and what `newId` gave. */
  readonly id: string;
}

/** Hears one answer, in order. */
export interface ToolTextOutput {
  /** What the client is to see as content, never empty. */
  onContent(text: string): void;
  onToolCall(call: AnswerToolCall): void;
  /** The turn is to be ended: enough tools were called. The last that is heard. */
  onStop(): void;
}

/** Hears what becomes of the blocks, for counters and the log: exactly one of `onFlushed` and `onAborted` for each `onStarted`. */
export interface ToolBufferEvents {
  onStarted(): void;
  onFlushed(): void;
  onAborted(reason: ToolBufferAbortReason, chars: number): void;
  /** A whole block that is no call; it is content. */
  onMalformed(reason: MalformedReason): void;
}

export interface ToolTextStreamOptions {
  readonly output: ToolTextOutput;
  readonly events: ToolBufferEvents;
  /** `openai-json`: calls are no content. `obsidian-xml`: each is content too, as its canonical block. */
  readonly outputMode: OutputMode;
  /** After how many calls to stop; 0: never; Infinity: by the grace time alone. */
  readonly stopAfterTools: number;
  /** `first`: at the first call. `burst`: after `stopAfterTools` calls, or when no block has begun for the grace time after one. */
  readonly stopAfterToolsMode: 'burst' | 'first';
  readonly stopAfterToolsGraceMs: number;
  /** See `ToolBlockScannerOptions`. */
  readonly maxBlockChars: number;
  /** Whether text after the first call, other than further calls, is left out. */
  readonly suppressTailAfterTools: boolean;
  /** Makes an id unique among all answers, such as a UUID without dashes. */
  readonly newId: () => string;
  readonly schedule: Schedule;
  readonly isJsonParameter?: IsJsonParameter;
}

/**
 * One answer of a model that calls tools in its text: pieces in; content, calls and the wish to stop out.
 *
 * Nothing is lost, doubled or reordered, and a block that is no call is content, letter by letter. Two settings leave out text, and
 * nothing else does: the tail after the first call where that is to be suppressed, and all that follows a stop.
 */
export class ToolTextStream {
  readonly #options: ToolTextStreamOptions;
  readonly #scanner: ToolBlockScanner;
  #callCount = 0;
  #isOver = false;
  #cancelGrace: (() => void) | undefined;

  constructor(options: ToolTextStreamOptions) {
    this.#options = options;
    this.#scanner = new ToolBlockScanner({
      maxBlockChars: options.maxBlockChars,
      observer: {
        onText: (text) => this.#content(text),
        onStarted: () => this.#started(),
        onBlock: (block) => this.#block(block),
        onAborted: (reason, chars) => this.#aborted(reason, chars),
      },
    });
  }

  /** How many tools the answer has called so far: `finish_reason` is `tool_calls` if any. */
  get callCount(): number {
    return this.#callCount;
  }

  /** UTF-16 units that were pushed and wait for what follows. */
  get heldBackChars(): number {
    return this.#scanner.heldBackChars;
  }

  /** Takes the next piece of the answer; after a stop or the end it is left out. */
  push(text: string): void {
    if (!this.#isOver) this.#scanner.push(text);
  }

  /** The answer is whole (`completed`), or nobody listens any longer (`disconnect`). What is held back comes as content. */
  end(reason: 'completed' | 'disconnect'): void {
    if (this.#isOver) return;
    this.#scanner.end(reason);
    this.#cancelGrace?.();
    this.#isOver = true;
  }

  #content(text: string): void {
    if (this.#isOver || (this.#callCount > 0 && this.#options.suppressTailAfterTools)) return;
    this.#options.output.onContent(text);
  }

  #started(): void {
    if (this.#isOver) return;
    this.#cancelGrace?.();
    this.#options.events.onStarted();
  }

  #aborted(reason: ToolBufferAbortReason, chars: number): void {
    if (this.#isOver) return;
    this.#options.events.onAborted(reason, chars);
    this.#awaitNextBlock();
  }

  #block(block: string): void {
    if (this.#isOver) return;
    const { output, events, outputMode, isJsonParameter, newId } = this.#options;
    events.onFlushed();
    const call = parseToolBlock(block, isJsonParameter);
    if ('malformed' in call) {
      events.onMalformed(call.malformed);
      this.#content(block);
      this.#awaitNextBlock();
      return;
    }
    const index = this.#callCount;
    this.#callCount += 1;
    if (outputMode === 'obsidian-xml') output.onContent(canonicalBlock(call, isJsonParameter));
    output.onToolCall({ ...call, index, id: `call_${newId()}` });
    if (this.#isEnough()) this.#stop();
    else this.#awaitNextBlock();
  }

  #isEnough(): boolean {
    const { stopAfterTools, stopAfterToolsMode } = this.#options;
    return stopAfterTools > 0 && (stopAfterToolsMode === 'first' || this.#callCount >= stopAfterTools);
  }

  #awaitNextBlock(): void {
    const { stopAfterTools, stopAfterToolsGraceMs, schedule } = this.#options;
    if (stopAfterTools === 0 || this.#callCount === 0) return;
    this.#cancelGrace?.();
    this.#cancelGrace = schedule(() => {
      // What might have become a tag has not.
      this.#scanner.end('completed');
      this.#stop();
    }, stopAfterToolsGraceMs);
  }

  #stop(): void {
    this.#cancelGrace?.();
    this.#isOver = true;
    this.#options.output.onStop();
  }
}
