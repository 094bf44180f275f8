import type { OptionValues } from '../command/command.ts';
import { EXIT } from '../errors.ts';
import { documentText } from '../json/document-text.ts';
import { createOperatorRedactor } from '../redact/operator-redactor.ts';
import { say } from '../terminal/say.ts';
import { print } from '../terminal/print.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { takeSteps } from '../verdict/take-steps.ts';
import { countOf, type Step } from '../verdict/verdict.ts';
import { renderSum } from '../verdict/verdict-text.ts';
import { createRandomExamples } from './random.ts';
import { findRepository } from './repository.ts';

const CHECKS = ['ScaleTrace', 'contracts', 'redaction'] as const;
type Check = (typeof CHECKS)[number];

/** `codex-ops validate`: whether this checkout keeps what it promises. */
export async function validateAction(values: OptionValues, terminal: Terminal): Promise<number> {
  const { stdout, stderr } = terminal;
  const root = findRepository();
  if (root === undefined) {
    say(stderr, 'validate looks at the sources, and this is no checkout of codex-proxy');
    return EXIT.failed;
  }
  const isJson = values.flag('json');
  const chosen = CHECKS.filter((name) => [name, 'all'].includes(values.text('check') ?? 'all'));
  const checks: (Awaited<ReturnType<typeof takeSteps>>[number] & { readonly check: Check })[] = [];
  for (const check of chosen) {
    if (!isJson) await print(stdout, `${checks.length === 0 ? '' : '\n'}${check}\n`);
    const steps = await STEPS[check]({ root, terminal, withTests: !values.flag('without-tests') });
    checks.push(...(await takeSteps(steps, terminal, isJson)).map((verdict) => ({ check, ...verdict })));
  }
  const failures = countOf(checks, 'failed');
  const counts = { passed: countOf(checks, 'passed'), failed: failures, skipped: countOf(checks, 'skipped') };
  await print(stdout, isJson ? documentText({ version: 1, ...counts, checks }) : renderSum(checks));
  return failures === 0 ? EXIT.done : EXIT.failed;
}

interface CheckParts {
  readonly root: string;
  readonly terminal: Terminal;
  readonly withTests: boolean;
}

/** Each is loaded when it is asked for. */
const STEPS: Readonly<Record<Check, (parts: CheckParts) => Promise<readonly Step[]>>> = {
  ScaleTrace: async ({ root, withTests }) => (await import('./checks/scale-trace.ts')).scaleTraceSteps(root, withTests),
  contracts: async ({ root }) => (await import('./checks/contracts.ts')).contractsSteps(root),
  redaction: async ({ terminal }) => {
    const { redactionSteps } = await import('./checks/redaction.ts');
    return redactionSteps({ redactor: await createOperatorRedactor(terminal), random: createRandomExamples() });
  },
};
