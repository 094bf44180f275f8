import type { Configuration } from '@codex-proxy/proxy';
import type { Progress } from '../terminal/progress.ts';
import type { Answer } from './ask.ts';

/** What the checks look at. */
export interface Patient {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What is in force; defaults stand for what is refused. */
  readonly configuration: Configuration;
  /** What is wrong with the environment, a sentence each. */
  readonly problems: readonly string[];
  /** Absolute. */
  readonly stateDir: string;
  readonly hasStateDir: boolean;
  /** Who runs this; undefined where the system has no such thing. */
  readonly uid: number | undefined;
  /** What answers at the address of the proxy. */
  readonly answer: Answer;
  readonly nowMs: number;
  readonly progress: Progress;
  readonly readFile: (path: string) => Promise<string>;
}
