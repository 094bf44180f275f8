/** A call of a client's tool. */
export interface ScriptedToolCall {
  readonly tool: string;
  readonly callId: string;
  /** JSON text. Default `{}`. */
  readonly arguments?: string;
}

/** How one turn goes. All of it can be set for a single turn by a prompt that begins with `!script ` and goes on with JSON. */
export interface TurnScript {
  /** Texts of the answer, a delta each, or how many `word ` to send. Default: a greeting in five. */
  readonly deltas?: number | readonly string[];
  readonly firstDeltaMs?: number;
  readonly interDeltaMs?: number;
  readonly usage?: {
    readonly inputTokens: number;
    readonly cachedInputTokens: number;
    readonly outputTokens: number;
    readonly reasoningOutputTokens: number;
  };
  /** The whole text comes in `item/completed` alone. */
  readonly withoutDeltas?: boolean;
  /** After the last delta, or after none, nothing more happens. An interrupt still ends it. */
  readonly hang?: boolean;
  /** An interrupt is answered and ignored. */
  readonly deaf?: boolean;
  /** The process ends after so many deltas, with `exitCode` (default 1) or by `exitSignal`. */
  readonly exitAfterDeltas?: number;
  readonly exitCode?: number;
  readonly exitSignal?: 'SIGKILL' | 'SIGTERM' | 'SIGABRT';
  /** The turn fails after its deltas. */
  readonly fail?: { readonly message: string; readonly codexErrorInfo: unknown };
  /** After the deltas, says that it will retry, and sends them all again under a new item. */
  readonly retry?: boolean;
  /** Lines that are no protocol, before each frame. */
  readonly garbage?: boolean;
  /** Each frame is cut in two writes. */
  readonly halfLines?: boolean;
  /** A notification of so many bytes before the deltas. */
  readonly hugeLineBytes?: number;
  /** Answers to ids that no one asked for. */
  readonly wrongIds?: boolean;
  /** `turn/completed` and the token usage come twice. */
  readonly duplicates?: boolean;
  /** Deltas and another end come after `turn/completed`. */
  readonly late?: boolean;
  /** So many notifications that no one knows, before the deltas. */
  readonly flood?: number;
  /**
   * Calls of the client's tools, after the deltas: as raw items in their order, then the end of the response, then as requests in the order
   * that suits the tests least. When all have been answered, the answer goes on with `afterCalls`.
   */
  readonly toolCalls?: readonly ScriptedToolCall[];
  /** Default `[' It was declined.']`. */
  readonly afterCalls?: readonly string[];
  /** Calls come as requests alone, and no end of a response is told. */
  readonly withoutRawEvents?: boolean;
  /** The end of the response with calls is not told. */
  readonly withoutResponseEnd?: boolean;
  /** The process ends with code 6 when it has called. */
  readonly exitAfterCalls?: boolean;
  /** Once interrupted it calls again, before the turn's end and after it. */
  readonly lateCalls?: boolean;
  /** Requests to the client, each answered before the deltas begin. */
  readonly serverRequests?: readonly { readonly method: string; readonly params?: Readonly<Record<string, unknown>> }[];
}

/** How the process goes. */
export interface ScriptedWorkerOptions extends TurnScript {
  /** What `model/list` tells. Default `['scripted-model']`. */
  readonly models?: readonly string[];
  /** Pause before the handshake is answered. */
  readonly handshakeMs?: number;
  /** Never answers anything. */
  readonly silent?: boolean;
  /** Exits with this code before the handshake. */
  readonly exitOnStart?: number;
  /** The first so many starts exit with code 3; the next ones behave. Counted beside the options, over restarts. */
  readonly failedStarts?: number;
  /** Writes lines that are no protocol before all else. */
  readonly garbageOnStart?: boolean;
  /** Memory that it holds, beside what it needs. */
  readonly ballastMb?: number;
  /** Lines written to stderr at start. */
  readonly stderrLines?: number;
  /** Exits with code 4 once `method` was received `count` times in all, over restarts; later ones are served. */
  readonly exitOn?: { readonly method: string; readonly count: number };
  /** Exits with code 5 after so many turns. */
  readonly exitAfterTurns?: number;
  /** These methods get a JSON-RPC error. */
  readonly refuse?: Readonly<Record<string, { readonly code: number; readonly message: string }>>;
  readonly ignoreSigterm?: boolean;
  /** Goes on when its input ends, as a stopped or blocked process would. */
  readonly ignoreStdinEnd?: boolean;
  /** Reads nothing after the handshake. */
  readonly blockStdin?: boolean;
  /** A file that gets a copy of every line received. */
  readonly journal?: string;
}

function isScript(value: unknown): value is ScriptedWorkerOptions {
  return typeof value === 'object' && value !== null;
}

/** @param json An object, or a string that holds one. */
export function parseScript(json: string): ScriptedWorkerOptions {
  const value: unknown = JSON.parse(json);
  const script: unknown = typeof value === 'string' ? JSON.parse(value) : value;
  if (!isScript(script)) throw new Error(`a script is an object, not ${json}`);
  return script;
}
