import { runChild } from '../child.ts';
import { oneCheck } from '../tally/tally.ts';
import type { Stage } from './stage.ts';

export type CommandLine = readonly [program: string, ...args: string[]];

/**
 * A stage without tests of its own: all its programs run, even after one of them failed, and count together as one check.
 * Further arguments go to the last program.
 */
export function check(commands: readonly CommandLine[]): Stage {
  return async (context, args) => {
    let code = 0;
    let output = '';
    for (const [index, [program, ...own]] of commands.entries()) {
      const end = await runChild(program, index === commands.length - 1 ? [...own, ...args] : own, context);
      if (end.code !== 0) code = end.code;
      if (end.code !== 0) output += end.output;
    }
    return { tally: oneCheck(code), output };
  };
}
