import type { Profile, Redactor } from '@codex-proxy/redaction';
import type { CorpusRecord } from './corpus.ts';

/** How a redactor did on a corpus. Counts are of records. */
export interface Score {
  readonly positives: number;
  /** Positives of which no listed secret survived. */
  readonly recalled: number;
  /** recalled / positives; 1 when there are none. */
  readonly recall: number;
  readonly negatives: number;
  /** Negatives without an identifier that changed at all. */
  readonly touched: number;
  readonly identifiers: number;
  /** Identifiers that changed: in the text, or in a record under their key. */
  readonly damaged: number;
  readonly missedRules: readonly string[];
  readonly touchedRules: readonly string[];
  readonly damagedRules: readonly string[];
  /** Where it went wrong, for a person to look at; never part of a report. */
  readonly cases: readonly Case[];
}

export interface Case {
  readonly fault: 'missed' | 'touched' | 'damaged';
  readonly record: CorpusRecord;
  readonly output: string;
}

/** Redacts every record and counts. */
export function scoreCorpus(redactor: Redactor, records: readonly CorpusRecord[], profile: Profile = 'text'): Score {
  const cases = records.flatMap((record) => judgeRecord(redactor, record, profile));
  const positives = records.filter((record) => record.kind === 'positive').length;
  const identifiers = records.filter((record) => record.identifier !== undefined).length;
  const of = (fault: Case['fault']): readonly Case[] => cases.filter((found) => found.fault === fault);
  const recalled = positives - of('missed').length;
  return {
    positives,
    recalled,
    recall: positives === 0 ? 1 : recalled / positives,
    negatives: records.length - positives - identifiers,
    touched: of('touched').length,
    identifiers,
    damaged: of('damaged').length,
    missedRules: rulesOf(of('missed')),
    touchedRules: rulesOf(of('touched')),
    damagedRules: rulesOf(of('damaged')),
    cases,
  };
}

function judgeRecord(redactor: Redactor, record: CorpusRecord, profile: Profile): readonly Case[] {
  const output = redactor.text(record.text, profile);
  if (record.kind === 'positive') {
    return record.secrets.some((secret) => output.includes(secret)) ? [{ fault: 'missed', record, output }] : [];
  }
  if (record.identifier === undefined) return output === record.text ? [] : [{ fault: 'touched', record, output }];
  const { key, value } = record.identifier;
  const written = redactor.value({ [key]: value }, profile);
  const kept = typeof written === 'object' && written !== null && Reflect.get(written, key) === value;
  return output === record.text && kept ? [] : [{ fault: 'damaged', record, output: `${output} ${JSON.stringify(written)}` }];
}

function rulesOf(cases: readonly Case[]): readonly string[] {
  return [...new Set(cases.map((found) => found.record.rule))].sort();
}
