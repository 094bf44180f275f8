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
