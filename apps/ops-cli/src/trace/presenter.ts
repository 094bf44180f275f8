import { createOperatorRedactor } from '../redact/operator-redactor.ts';
import type { JsonRecord } from '../json/record.ts';
import { hasColour, type Terminal } from '../terminal/terminal.ts';
import { createPaint } from '../text/paint.ts';
import { createDocument, createMatches } from './document.ts';
import type { Evidence, Searched } from './evidence.ts';
import { redactEvidence, redactRecord } from './redact-evidence.ts';
import { renderMatches } from './render/matches-text.ts';
import { renderTrace } from './render/trace-text.ts';

/** What stands beside what was found. */
export interface About {
  readonly searched: readonly Searched[];
  readonly warnings: readonly string[];
}

/** Makes what is printed of what was found, without secrets. All that only this needs is loaded with it. */
export interface Presenter {
  /** An id as it may be shown: whoever pastes the wrong thing is not to find it in a log. */
  id(id: string): string;
  trace(requestId: string, evidence: Evidence, about: About): string;
  /** Several requests that have the id of a client. */
  matches(clientId: string, records: readonly JsonRecord[], about: About): string;
}

/** @throws UsageError where the operator's rules cannot be used. */
export async function createPresenter(terminal: Terminal, isJson: boolean): Promise<Presenter> {
  const redactor = await createOperatorRedactor(terminal);
  const { stdout, environment } = terminal;
  // Its tables are built when they are first needed, which takes as long as to load it: now, while others search.
  redactRecord(redactor, { request_id: 'none' });
  return {
    id: (id) => redactor.text(id),
    trace(requestId, evidence, about) {
      const document = createDocument(requestId, redactEvidence(redactor, evidence), about);
      return isJson
        ? toJson(document)
        : renderTrace(document, { paint: createPaint(hasColour(stdout, environment)), columns: stdout.columns });
    },
    matches(clientId, records, about) {
      const shown = records.map((record) => redactRecord(redactor, record));
      const document = createMatches(redactor.text(clientId), shown, about);
      return isJson ? toJson(document) : renderMatches(document, stdout.columns);
    },
  };
}

function toJson(document: object): string {
  // What JSON lets through, a terminal may still obey.
  return `${JSON.stringify(document, null, 2).replaceAll(/[\u007f-\u009f]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`)}\n`;
}
