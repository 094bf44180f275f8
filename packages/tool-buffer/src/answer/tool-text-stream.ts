import type { OutputMode, ToolBufferAbortReason } from '@codex-proxy/contracts';
import { canonicalBlock } from '../parse/canonical-block.ts';
import { parseToolBlock, type MalformedReason } from '../parse/tool-block.ts';
import { ToolBlockScanner } from '../scan/tool-block-scanner.ts';
import type { FormOfParameter, ToolCall } from '../tool-call.ts';
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
  /** A whole block that is no call, or calls what is not offered; it is content. */
  onMalformed(reason: MalformedReason | 'not_offered'): void;
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
  /**
   * The name by which the client knows the tool that a block names; undefined: it offers none of that name, and the block is content.
   * Default: all are offered, as they are written.
   */
  readonly toolNamed?: (written: string) => string | undefined;
  readonly formOf?: FormOfParameter;
  /** Whether a further call is left out, without a trace in the answer. Default: never. */
  readonly isFull?: () => boolean;
  /**
   * Whether a call that is no text can be in the making while no text comes: then it is not the grace time that ends a burst, but the first
   * text after it. Default false.
   */
  readonly callsOtherwise?: boolean;
}

/**
 * One answer of a model that calls tools in its text: pieces in; content, calls and the wish to stop out.
 *
 * Nothing is lost, doubled or reordered, and a block that is no call is content, letter by letter. Three settings leave out text, and
 * nothing else does: the tail after the first call where that is to be suppressed, calls beyond what is allowed, and all that follows a stop.
 */
export class ToolTextStream {
  readonly #options: ToolTextStreamOptions;
  readonly #scanner: ToolBlockScanner;
  #callCount = 0;
  #isOver = false;
  #isGraceOver = false;
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
    if (this.#isOver || text === '') return;
    if (this.#isGraceOver) this.#endBurst();
    else this.#scanner.push(text);
  }

  /** Something else than text comes next: what is held back cannot become a call any more, and comes as content before it. */
  release(): void {
    if (!this.#isOver) this.#scanner.end('completed');
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
    const { output, events, outputMode, formOf, isFull, newId } = this.#options;
    events.onFlushed();
    const call = this.#read(block);
    if (typeof call === 'string') {
      events.onMalformed(call);
      this.#content(block);
    } else if (isFull?.() !== true) {
      const { name, arguments: json, parameters } = call;
      const index = this.#callCount;
      this.#callCount += 1;
      if (outputMode === 'obsidian-xml') output.onContent(canonicalBlock(call, formOf));
      output.onToolCall({ name, arguments: json, parameters, index, id: `call_${newId()}` });
      if (this.#isEnough()) return this.#stop();
    }
    this.#awaitNextBlock();
  }

  /** The call of a block, in the client's terms, or why it is none. */
  #read(block: string): ToolCall | MalformedReason | 'not_offered' {
    const { toolNamed, formOf } = this.#options;
    const isNamed = toolNamed === undefined || formOf === undefined;
    const call = parseToolBlock(block, isNamed ? formOf : (written, parameter) => formOf(toolNamed(written) ?? written, parameter));
    if ('malformed' in call) return call.malformed;
    const name = toolNamed === undefined ? call.name : toolNamed(call.name);
    if (name === undefined) return 'not_offered';
    return name === call.name ? call : { ...call, name };
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
      if (this.#options.callsOtherwise === true) this.#isGraceOver = true;
      else this.#endBurst();
    }, stopAfterToolsGraceMs);
  }

  #endBurst(): void {
    // What might have become a tag has not.
    this.#scanner.end('completed');
    this.#stop();
  }

  #stop(): void {
    this.#cancelGrace?.();
    this.#isOver = true;
    this.#options.output.onStop();
  }
}
