import { appendFileSync, statSync } from 'node:fs';
import * as frames from './frames.ts';
import type { RpcId } from './frames.ts';
import { parseScript, type ScriptedWorkerOptions, type TurnScript } from './options.ts';
import { ScriptedTurn } from './scripted-turn.ts';

const VERSION = '0.169.0';
const MARK = '!script ';
/** The text of the input that is a script, as JSON has it. */
const INPUT_TEXT = /"text":"!script ((?:[^"\\]|\\.)*)"/;
const UNKNOWN_METHOD = -32_600;

/** The head of a request as the proxy writes it; what differs is parsed as JSON. */
const REQUEST = /^\{"jsonrpc":"2\.0","id":(\d+),"method":"([\w/]+)"/;
const THREAD = /"threadId":"([\w-]+)"/;
const MODEL = /"model":"([^"\\]*)"/;

export interface ScriptedWorkerHost {
  readonly write: (text: string) => void;
  readonly exit: (code: number, signal?: NodeJS.Signals) => void;
  /** Stops reading for good. */
  readonly blockInput: () => void;
  /** Where counts that outlive a start are kept: a byte a count. */
  readonly counterFile: string;
}

/** Answers the lines of a client as the options say. */
export class ScriptedWorker {
  readonly #options: ScriptedWorkerOptions;
  readonly #host: ScriptedWorkerHost;
  readonly #turns = new Map<string, ScriptedTurn>();
  readonly #asked = new Map<RpcId, (result: unknown) => void>();
  #outgoing = '';
  #sequence = 0;
  #turnsEnded = 0;

  constructor(options: ScriptedWorkerOptions, host: ScriptedWorkerHost) {
    this.#options = options;
    this.#host = host;
  }

  /** Whole lines that arrived together. */
  receive(lines: readonly string[]): void {
    for (const line of lines) this.#receiveLine(line);
  }

  #receiveLine(line: string): void {
    const { journal, silent } = this.#options;
    if (journal !== undefined) appendFileSync(journal, `${line}\n`);
    if (silent === true) return;
    const head = REQUEST.exec(line);
    if (head !== null) this.#request(Number(head[1]), head[2] ?? '', line);
    else this.#receiveOther(line);
  }

  #receiveOther(line: string): void {
    let frame: unknown;
    try {
      frame = JSON.parse(line);
    } catch {
      return;
    }
    if (typeof frame !== 'object' || frame === null) return;
    const id = 'id' in frame && (typeof frame.id === 'number' || typeof frame.id === 'string') ? frame.id : undefined;
    if ('method' in frame && typeof frame.method === 'string') {
      if (id !== undefined) this.#request(id, frame.method, line);
      else if (frame.method === 'initialized' && this.#options.blockStdin === true) this.#host.blockInput();
    } else if (id !== undefined) {
      this.#asked.get(id)?.('result' in frame ? frame.result : undefined);
      this.#asked.delete(id);
    }
  }

  #request(id: RpcId, method: string, line: string): void {
    const { exitOn, refuse } = this.#options;
    if (exitOn?.method === method && this.#count(method) <= exitOn.count) {
      this.#host.exit(4);
      return;
    }
    const refused = refuse?.[method];
    if (refused !== undefined) this.#send(frames.refusal(id, refused.code, refused.message));
    else this.#answer(id, method, line);
  }

  #answer(id: RpcId, method: string, line: string): void {
    const threadId = THREAD.exec(line)?.[1] ?? '';
    switch (method) {
      case 'initialize':
        this.#initialize(id);
        return;
      case 'thread/start':
        this.#send(frames.threadStarted(id, this.#newId(), MODEL.exec(line)?.[1] ?? ''));
        return;
      case 'turn/start':
        this.#startTurn(id, threadId, line);
        return;
      case 'turn/interrupt':
        this.#send(frames.answer(id, '{}'));
        this.#turns.get(threadId)?.interrupt();
        return;
      case 'thread/inject_items':
        this.#send(frames.answer(id, '{}'));
        return;
      case 'thread/unsubscribe':
        this.#send(frames.answer(id, '{"status":"unsubscribed"}'));
        return;
      case 'model/list':
        this.#send(frames.answer(id, this.#modelList()));
        return;
      default:
        this.#send(frames.refusal(id, UNKNOWN_METHOD, `Invalid request: unknown variant \`${method}\``));
    }
  }

  #initialize(id: RpcId): void {
    const result = `{"userAgent":"codex-proxy/${VERSION} (scripted)","codexHome":"/nowhere","platformFamily":"unix","platformOs":"linux"}`;
    const { handshakeMs = 0 } = this.#options;
    if (handshakeMs === 0) this.#send(frames.answer(id, result));
    else {
      setTimeout(() => {
        this.#send(frames.answer(id, result));
      }, handshakeMs);
    }
  }

  #startTurn(id: RpcId, threadId: string, line: string): void {
    const ids = { threadId, turnId: this.#newId(), itemId: `msg_${String(this.#sequence)}` };
    const turn = new ScriptedTurn(ids, this.#scriptOf(line), {
      send: (frame) => {
        this.#send(frame);
      },
      ask: async (method, params) =>
        new Promise((resolve) => {
          const requestId = `scripted-${String(++this.#sequence)}`;
          this.#asked.set(requestId, resolve);
          this.#send(frames.serverRequest(requestId, method, params));
        }),
      exit: (code, signal) => {
        this.#flush();
        this.#host.exit(code, signal);
      },
      ended: () => {
        this.#turns.delete(threadId);
        this.#turnsEnded += 1;
        if (this.#turnsEnded === this.#options.exitAfterTurns) {
          this.#flush();
          this.#host.exit(5);
        }
      },
    });
    this.#turns.set(threadId, turn);
    turn.start(id);
  }

  #scriptOf(line: string): TurnScript {
    if (!line.includes(MARK)) return this.#options;
    const text = INPUT_TEXT.exec(line)?.[1];
    return text === undefined ? this.#options : { ...this.#options, ...parseScript(`"${text}"`) };
  }

  #modelList(): string {
    const { models = ['scripted-model'] } = this.#options;
    const data = models.map((model, index) => ({ id: model, model, displayName: model, hidden: false, isDefault: index === 0 }));
    return JSON.stringify({ data, nextCursor: null });
  }

  #newId(): string {
    this.#sequence += 1;
    return `01a1fc43-3977-7a42-a2a5-${this.#sequence.toString(16).padStart(12, '0')}`;
  }

  #count(what: string): number {
    const file = `${this.#host.counterFile}.${what.replaceAll('/', '_')}`;
    appendFileSync(file, '.');
    return statSync(file).size;
  }

  #send(frame: string): void {
    // All that is sent in one go leaves in one write.
    if (this.#outgoing === '') {
      queueMicrotask(() => {
        this.#flush();
      });
    }
    this.#outgoing += frame;
  }

  #flush(): void {
    if (this.#outgoing === '') return;
    const text = this.#outgoing;
    this.#outgoing = '';
    this.#host.write(text);
  }
}
