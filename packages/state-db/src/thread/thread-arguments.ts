const FLAG = /^(?:-C|--conditions)(?:=.*)?$/;

/**
 * The `execArgv` for a thread of this process: how packages are resolved is all that it needs of what the process was started with, and a
 * thread refuses much of the rest, such as `--max-semi-space-size`, by not starting at all.
 */
export function threadArguments(execArgv: readonly string[]): string[] {
  return execArgv.filter((argument, at) => FLAG.test(argument) || /^(?:-C|--conditions)$/.test(execArgv[at - 1] ?? ''));
}
