/** Something that was counted or measured, and what it has to be. */
export interface Figure {
  readonly what: string;
  readonly measured: string;
  readonly target: string;
  readonly met: boolean;
}

export interface Trial {
  readonly name: string;
  readonly figures: readonly Figure[];
}

export function none(what: string, count: number): Figure {
  return { what, measured: String(count), target: '0', met: count === 0 };
}

export function atLeast(what: string, count: number, target: number): Figure {
  return { what, measured: String(count), target: `≥ ${String(target)}`, met: count >= target };
}

export function below(what: string, ms: number, targetMs: number): Figure {
  return { what, measured: `${String(Math.round(ms))} ms`, target: `< ${String(targetMs)} ms`, met: ms < targetMs };
}

export function shown(what: string, measured: string): Figure {
  return { what, measured, target: '', met: true };
}

export interface TrialOptions {
  /** The real worker with the demo provider, instead of the scripted one. */
  readonly real: boolean;
  readonly say: (line: string) => void;
}

/** A turn of about 0.6 s on the scripted worker. */
export const SCRIPT = { deltas: 20, interDeltaMs: 30 } as const;
export const SCRIPTED_TEXT = 'word '.repeat(SCRIPT.deltas);
