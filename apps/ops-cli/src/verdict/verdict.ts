import { causeOf, CommandError } from '../errors.ts';

/** What a step came to. */
export type Judgement =
  | { readonly outcome: 'passed'; readonly note?: string }
  | { readonly outcome: 'failed'; readonly why: readonly string[] }
  | { readonly outcome: 'skipped'; readonly why: readonly string[] };

/** Something that holds or does not. */
export interface Step {
  readonly name: string;
  readonly run: () => Judgement | Promise<Judgement>;
}

export type Verdict = Judgement & { readonly name: string; readonly duration_ms: number };

export function passed(note?: string): Judgement {
  return note === undefined ? { outcome: 'passed' } : { outcome: 'passed', note };
}

export function failed(...why: readonly string[]): Judgement {
  return { outcome: 'failed', why };
}

export function skipped(...why: readonly string[]): Judgement {
  return { outcome: 'skipped', why };
}

/** Failed where there are problems. */
export function judged(problems: readonly string[], note?: string): Judgement {
  return problems.length === 0 ? passed(note) : failed(...problems);
}

/** Takes a step. One that throws has failed. */
export async function judge({ name, run }: Step, monotonicMs: () => number = () => performance.now()): Promise<Verdict> {
  const startedAtMs = monotonicMs();
  const judgement = await attempt(run);
  return { name, ...judgement, duration_ms: Math.round(monotonicMs() - startedAtMs) };
}

async function attempt(run: Step['run']): Promise<Judgement> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof StepSkipped) return skipped(error.message);
    return failed(
      error instanceof StepError || error instanceof CommandError ? error.message : `it could not be carried out (${causeOf(error)})`,
    );
  }
}

/** Ends a step as failed, with a sentence that may be shown. */
export class StepError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StepError';
  }
}

/** Ends a step as skipped: what it needs is not there. */
export class StepSkipped extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StepSkipped';
  }
}

export function countOf(verdicts: readonly Verdict[], outcome: Judgement['outcome']): number {
  return verdicts.filter((verdict) => verdict.outcome === outcome).length;
}
