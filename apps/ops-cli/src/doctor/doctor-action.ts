import type { OptionValues } from '../command/command.ts';
import { EXIT } from '../errors.ts';
import { documentText } from '../json/document-text.ts';
import { print } from '../terminal/print.ts';
import { hasColour, type Terminal } from '../terminal/terminal.ts';
import { createPaint } from '../text/paint.ts';
import { examine } from './examine.ts';
import { renderFindings } from './findings-text.ts';

/** `codex-ops doctor`: everything about this machine that keeps the proxy from serving, or will. */
export async function doctorAction(values: OptionValues, terminal: Terminal): Promise<number> {
  const { stdout, environment } = terminal;
  const examination = await examine(values.text('state-dir'), terminal);
  const paint = createPaint(hasColour(stdout, environment));
  const text = values.flag('json') ? documentText(examination) : renderFindings(examination.findings, { paint, columns: stdout.columns });
  await print(stdout, text);
  return examination.errors === 0 ? EXIT.done : EXIT.failed;
}
