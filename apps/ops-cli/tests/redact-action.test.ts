import { createRedactor } from '@codex-proxy/redaction';
import { expect, it } from 'vitest';
import { redactAction } from '../src/redact/redact-action.ts';
import { createTerminal } from './support/terminal.ts';

it('what cannot be judged is left out, counted, and makes the command fail', async () => {
  const terminal = createTerminal({ input: 'one\n{"a":1}\ntwo\n' });
  const values = { flag: () => false, text: () => undefined, number: () => undefined, argument: () => undefined };
  const code = await redactAction(values, terminal, (options = {}) => ({
    ...createRedactor(options),
    value() {
      options.onFailure?.({ operation: 'value' });
      return '[redacted:failed]';
    },
  }));
  expect(code).toBe(1);
  expect(terminal.printed).toEqual({
    out: 'one\n"[redacted:failed]"\ntwo\n',
    err: 'codex-ops: 1 part of the input could not be judged and was left out\n',
  });
});
