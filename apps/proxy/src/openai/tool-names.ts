/**
 * Names that the worker keeps for itself, as measured with 0.169.0: it drops `exec_command` and `shell_command` without a word and refuses `mcp`
 * and what begins with `mcp__`. To the worker they go with one underscore more, as do those that have it already, so that none collide.
 */
const RESERVED = /^_*(?:exec_command$|shell_command$|mcp$|mcp__)/;

export function workerToolName(name: string): string {
  return RESERVED.test(name) ? `_${name}` : name;
}

/** The name that the client knows. */
export function clientToolName(name: string): string {
  return name.startsWith('_') && RESERVED.test(name) ? name.slice(1) : name;
}

/** What providers take for no part of a name. */
const UNNAMEABLE = /[^\w-]/gu;
const MAX_CHARS = 64;

/**
 * The name of a call in the history. Names of calls that a model wrote as text can be any, and the worker hands them on: where the provider would
 * refuse the whole request, an underscore stands for what it does not take.
 */
export function historyToolName(name: string): string {
  return workerToolName(name.replace(UNNAMEABLE, '_').slice(0, MAX_CHARS) || '_');
}
