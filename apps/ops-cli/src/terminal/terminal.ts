/** Where bytes come from: standard input. */
export interface Input extends AsyncIterable<Uint8Array> {
  readonly isTTY?: boolean;
}

/** Where text goes: standard output or error. */
export interface Output {
  /** False when the writer should wait for `drained`. */
  write(text: string): boolean;
  /** Resolves when more can be written, or nothing ever can. */
  drained(): Promise<void>;
  readonly isTTY: boolean;
  /** Width in characters; undefined when it is no terminal. */
  readonly columns: number | undefined;
  /** Height in lines; undefined when it is no terminal. */
  readonly rows?: number | undefined;
}

/** Everything of the process that a command may touch. */
export interface Terminal {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The text of a file. Rejects as `node:fs` does. */
  readonly readFile: (path: string) => Promise<string>;
  /** Wall clock, milliseconds of the epoch. */
  readonly now: () => number;
  /**
   * Aborts at the first SIGINT or SIGTERM from now on: what goes on until it is told to stop ends then, with exit code 0. A second SIGINT ends the
   * process, but not within 500 ms: npm passes Ctrl-C on, so that it comes twice. One that never asks for it ends as any process does.
   */
  readonly interruption: () => AbortSignal;
}

/** Whether colour may be written there: on a terminal, unless `NO_COLOR` says otherwise (https://no-color.org). */
export function hasColour(output: Output, environment: Terminal['environment']): boolean {
  return output.isTTY && (environment['NO_COLOR'] ?? '') === '' && environment['TERM'] !== 'dumb';
}
