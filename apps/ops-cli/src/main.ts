import process from 'node:process';
import { runCli } from './cli.ts';
import { causeOf, EXIT } from './errors.ts';
import { createProcessTerminal } from './terminal/process-terminal.ts';

const terminal = createProcessTerminal(process);

/** Whoever reads the output may leave before its end; that is not a failure. */
function onOutputError(error: Error): void {
  if (causeOf(error) === 'EPIPE') {
    if (terminal.readerLeft()) return;
    process.exit(EXIT.done);
  }
  process.stderr.write(`codex-ops: the output cannot be written (${causeOf(error)})\n`);
  process.exit(EXIT.failed);
}
process.stdout.on('error', onOutputError);
// With nobody to tell there is nothing to say.
process.stderr.on('error', () => undefined);

process.exitCode = await runCli(process.argv.slice(2), terminal);
