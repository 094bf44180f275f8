import { COMMAND_GROUPS, COMMANDS } from './command/commands.ts';
import { causeOf, CommandError, EXIT, UsageError } from './errors.ts';
import { parseCommandLine } from './parse/command-line.ts';
import { say } from './terminal/say.ts';
import type { Terminal } from './terminal/terminal.ts';

/**
 * Runs `codex-ops` with the arguments that follow its name. Answers with the exit code: 0 done, 1 it failed, 2 usage. Never rejects.
 */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<number> {
  const call = parseCommandLine(args, { commands: COMMANDS, groups: COMMAND_GROUPS }, terminal);
  if ('exitCode' in call) {
    if (call.mistake !== undefined) terminal.stderr.write(await masked(call.mistake));
    return call.exitCode;
  }
  const { command, values } = call;
  try {
    const action = await command.load();
    return await action(values, terminal);
  } catch (error) {
    if (error instanceof CommandError) {
      say(terminal.stderr, await masked(error.message));
      return EXIT.failed;
    }
    if (!(error instanceof UsageError)) {
      say(terminal.stderr, `${command.name} failed (${causeOf(error)})`);
      return EXIT.failed;
    }
    say(terminal.stderr, await masked(error.message));
    terminal.stderr.write(`Try 'codex-ops ${command.name} --help'.\n`);
    return EXIT.usage;
  }
}

/** To load the rules takes longer than to say what is wrong with most calls. */
async function masked(sentence: string): Promise<string> {
  return (await import('./redact/masked.ts')).masked(sentence);
}
