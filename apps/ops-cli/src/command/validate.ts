import type { CommandDefinition } from './command.ts';
import { JSON_OPTION } from './options.ts';

export const VALIDATE: CommandDefinition = {
  name: 'validate',
  summary: 'whether this checkout keeps what it promises: the archiver, the contracts, redaction',
  description: [
    'Looks at the sources that codex-ops was started from, and needs no proxy. Each check is a list of steps, printed as they end; one that ' +
      'fails says why.',
  ],
  options: [
    {
      kind: 'choice',
      name: 'check',
      placeholder: 'CHECK',
      description: 'what is looked at',
      accepted: [
        {
          value: 'ScaleTrace',
          description: 'The class is there with its methods, and so is its document; all its tests pass; [TAS-071] stands above it.',
        },
        {
          value: 'contracts',
          description: 'Generated documents are what the tables render, metrics and labels keep their rules, errors are documented.',
        },
        {
          value: 'redaction',
          description:
            'Made-up secrets come out of no profile, every rule finds its examples, identifiers stay; with your own rules in $REDACTION_RULES.',
        },
        { value: 'all', description: 'All three.' },
      ],
      default: 'all',
    },
    { kind: 'flag', name: 'without-tests', description: 'do not run the tests of ScaleTrace, which takes minutes: that step is skipped' },
    JSON_OPTION,
  ],
  document: [
    { field: 'version', description: '1; rises when a field changes its meaning' },
    { field: 'passed, failed, skipped', description: 'how many steps did' },
    { field: 'checks', description: '[{check, name, outcome: passed|failed|skipped, note?, why?, duration_ms}], in order' },
  ],
  examples: [
    { line: 'codex-ops validate --check ScaleTrace', description: 'Is the archiver as its task says?' },
    { line: 'codex-ops validate --without-tests', description: 'All that takes seconds.' },
    {
      line: 'REDACTION_RULES=rules.json codex-ops validate --check redaction',
      description: 'Do your own rules harm what a log must keep?',
    },
  ],
  exitCodes: [
    { code: 0, description: 'no step failed' },
    { code: 1, description: 'one did, or this is no checkout' },
    { code: 2, description: 'usage: an unknown option or check, or rules that cannot be used' },
  ],
  load: async () => (await import('../validate/validate-action.ts')).validateAction,
};
