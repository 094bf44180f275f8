import { createRedactor, TokenRedactor, type Redactor, type RedactorOptions } from '@codex-proxy/redaction';

/** What an operator adds to the built-in rules, as `readOperatorRules` gives it: no functions, so that it can be given to a thread. */
export type ArchiveRedaction = Pick<RedactorOptions, 'rules' | 'safeKeys' | 'secretKeys' | 'contentKeys'>;

/** How columns are redacted on their way into an archive. Old rows may hold what newer rules catch. */
export interface RowRedaction {
  /** Values by the names of their columns. The same object when nothing was found. */
  record(record: object): unknown;
  /** One JSON text in, one out. */
  json(text: string): string;
  text(text: string): string;
  /** `prompt_text`. */
  prompt(text: string): string;
}

export function createRowRedaction(redactor: Redactor = createRedactor()): RowRedaction {
  const tokens = new TokenRedactor(redactor);
  return {
    record: (record) => redactor.value(record, 'archive'),
    json: (text) => stillJson(text, redactor.json(text, 'archive')),
    text: (text) => redactor.text(text, 'archive'),
    prompt: (text) => tokens.redact(text),
  };
}

/** What was taken out of a JSON text may have been part of its form; the table would refuse to have that back. */
function stillJson(text: string, redacted: string): string {
  return redacted === text || isJson(redacted) || !isJson(text) ? redacted : JSON.stringify(redacted);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
