import { createHash } from 'node:crypto';

/**
 * Names that the worker keeps for itself, as measured with 0.169.0: it drops `exec_command` and `shell_command` without a word and refuses `mcp`
 * and what begins with `mcp__`. To the worker they go with one underscore more, as do those that have it already, so that none collide.
 */
const RESERVED = /^_*(?:exec_command$|shell_command$|mcp$|mcp__)/;

/** What providers take for no part of a name. */
const UNNAMEABLE = /[^\w-]/gu;
const MAX_CHARS = 64;
const DIGEST_CHARS = 8;

export function workerToolName(name: string): string {
  return RESERVED.test(name) ? withinLength(`_${name}`) : name;
}

/** Where the underscore is one character too many, a digest of the name takes the place of its end. */
function withinLength(name: string): string {
  if (name.length <= MAX_CHARS) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, DIGEST_CHARS);
  return `${name.slice(0, MAX_CHARS - DIGEST_CHARS - 1)}_${digest}`;
}

/** The name that the client knows, which is one of those that it offers. */
export function clientToolName(name: string, offered: readonly string[]): string {
  return offered.find((one) => workerToolName(one) === name) ?? name;
}

/**
 * The name of a call in the history. Names of calls that a model wrote as text can be any, and the worker hands them on: where the provider would
 * refuse the whole request, an underscore stands for what it does not take.
 */
export function historyToolName(name: string): string {
  return workerToolName(name.replace(UNNAMEABLE, '_').slice(0, MAX_CHARS) || '_');
}
