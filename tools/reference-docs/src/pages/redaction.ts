import { renderRules } from '@codex-proxy/redaction';
import { page } from '../markdown.ts';

/** `redaction.md`: profiles and rules, from the table of rules; and how an operator adds to it. */
export function redactionPage(): string {
  return page('Redaction', INTRODUCTION, '## Profiles and rules', renderRules().trim(), '## Your own rules', OWN_RULES);
}

const INTRODUCTION =
  'Everything that the system writes goes through these rules: logs, traces, events, archives and error messages. ' +
  'A rule is tried only where one of the texts that it looks for stands, so that the cost of a text does not depend on their number; ' +
  'every rule takes linear time. What was taken out leaves a placeholder that says what it was, and redacting twice changes nothing more, but for texts that were cut. ' +
  'A single text of megabytes is cut where it has used up its budget: `[redacted:dense_text:LENGTH]` stands for the rest of it. That takes half a megabyte ' +
  'of nothing but passwords, four of access logs, six of YAML, and never comes for plain JSON log records, source or prose. In `codex-ops redact` each line has a budget of its own. So has each window of 1,536 characters of base64, which is decoded: ' +
  'one that is too dense to be read is taken out as `[redacted:base64_dense_text]`, and no more than the window.';

const OWN_RULES = `\`REDACTION_RULES\` names a JSON file:

\`\`\`json
{
  "rules": [{ "id": "ticket", "description": "Our tickets.", "literals": ["TCK-"], "pattern": "TCK-[0-9]{6}" }],
  "safeKeys": ["password_hint"],
  "secretKeys": ["launch_code"],
  "contentKeys": ["diagnosis"]
}
\`\`\`

- \`rules\`: every match of \`pattern\` begins with one of the \`literals\`, of three characters or more each; \`ignoreCase\` is false
  by default. What a group named \`keep\` at the start of the pattern matches stays.
- \`safeKeys\`: values of these keys are never taken out for the key's sake. \`secretKeys\`: always. \`contentKeys\`: they count as
  customer content. Keys are compared without regard to case, \`_\` and \`-\`.
- At start every problem of the file is listed and the proxy exits with 78. A pattern whose matching can take longer than linear time,
  or for which that cannot be proved within five seconds, is refused.
- \`codex-ops redact --rules FILE\` tries them out.`;
