import { isRecord, type JsonRecord } from '../json/record.ts';
import type { Redactor } from '@codex-proxy/redaction';
import type { Evidence } from './evidence.ts';

/** Takes secrets and personal data out of a record. */
export function redactRecord(redactor: Redactor, record: JsonRecord): JsonRecord {
  const value = redactor.value(record, 'text');
  return isRecord(value) ? value : {};
}

/** The same of all that was found, before anything is made of it. */
export function redactEvidence(redactor: Redactor, evidence: Evidence): Evidence {
  const one = (record: JsonRecord | undefined): JsonRecord | undefined => record && redactRecord(redactor, record);
  const all = (records: readonly JsonRecord[]): JsonRecord[] => records.map((record) => redactRecord(redactor, record));
  return {
    access: all(evidence.access),
    usage: all(evidence.usage),
    frames: all(evidence.frames),
    hasLog: evidence.hasLog,
    log: all(evidence.log),
    lifeCycle: all(evidence.lifeCycle),
    artifact: one(evidence.artifact),
    run: one(evidence.run),
    runEvents: all(evidence.runEvents),
    agentLogs: all(evidence.agentLogs),
    workerLogs: all(evidence.workerLogs),
    archived: all(evidence.archived),
  };
}
