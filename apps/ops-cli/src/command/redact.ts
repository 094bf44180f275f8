import type { CommandDefinition } from './command.ts';

export const REDACT: CommandDefinition = {
  name: 'redact',
  summary: 'take secrets and personal data out of a text, line for line: before anything is pasted',
  description: [
    'Reads standard input and writes the same lines to standard output, with a placeholder such as [redacted:github_token] where a ' +
      'secret or an item of personal data stood. Line numbers and line endings stay: where a secret spans lines, as a private key ' +
      'does, blank lines follow its placeholder.',
    'JSON is understood: a line that is a JSON document, one that ends in a JSON object behind a prefix (a log collector, "data:"), and a ' +
      'document that is spread over lines are judged by their keys too, and stay valid JSON. A document of more than 8 million characters ' +
      'is searched as text, and a warning says so. Content is known by its key: of text that is not JSON, log and trace take out no ' +
      'more than text does.',
    'Any input will do, of any size and in any encoding; bytes that are not UTF-8 come out as U+FFFD. What cannot be judged is left out, ' +
      'never let through. Text is written as soon as it is certain that what follows cannot change it, at most some thousand characters late.',
  ],
  options: [
    {
      kind: 'choice',
      name: 'profile',
      placeholder: 'PROFILE',
      description: 'what is taken out beside secrets and personal data',
      accepted: [
        {
          value: 'text',
          description:
            'Secrets (keys, tokens, passwords, private keys, credentials in URLs) and personal data (cards, e-mail addresses, telephone ' +
            'numbers, SSN, IBAN). Content stays. For what is to be pasted or shown.',
        },
        {
          value: 'log',
          description: 'As text; and customer content in JSON, known by its key (messages, input, content), becomes one placeholder.',
        },
        {
          value: 'trace',
          description: 'As text; and customer content in JSON keeps its structure, each text and number in it becomes its kind and length.',
        },
        { value: 'archive', description: 'As text; and public IP addresses.' },
      ],
      default: 'text',
    },
    {
      kind: 'file',
      name: 'rules',
      placeholder: 'FILE',
      description: 'your own rules and keys beside the built-in ones, JSON as docs/reference/redaction.md has it',
      environment: 'REDACTION_RULES',
    },
    { kind: 'flag', name: 'stats', description: 'say on standard error how many of each type were taken out' },
  ],
  examples: [
    { line: 'journalctl -u codex-proxy | codex-ops redact > ticket.txt', description: 'Scrub a log before it goes into a ticket.' },
    {
      line: 'codex-ops redact --profile trace < trace.json',
      description: 'Show how a request was built, without a word of what the customer said.',
    },
    { line: 'codex-ops redact --rules rules.json --stats < sample.txt', description: 'Try your own rules out.' },
  ],
  exitCodes: [
    { code: 0, description: 'done; also when the reader of the output had enough (| head)' },
    {
      code: 1,
      description: 'the input could not be read, the output could not be written, or some of it could not be judged and was left out',
    },
    { code: 2, description: 'usage: an unknown option or profile, or rules that cannot be used' },
  ],
  load: async () => (await import('../redact/redact-action.ts')).redactAction,
};
