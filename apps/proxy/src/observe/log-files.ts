import { join } from 'node:path';
import type { LogFields } from '@codex-proxy/contracts';
import {
  createAccessLog,
  createNdjsonSink,
  createProtoLog,
  createUsageLog,
  type AccessLog,
  type NdjsonSink,
  type ProtoLog,
  type UsageLog,
} from '@codex-proxy/logging';

export interface LogFilesOptions {
  readonly stateDir: string;
  readonly maxBytes: number;
  readonly maxFiles: number;
  readonly redact: (record: LogFields) => LogFields;
  readonly onDrop: (name: string, count: number) => void;
  readonly onError: (name: string, error: Error) => void;
  readonly onRecover: (name: string, droppedCount: number) => void;
}

const asIs = (record: LogFields): LogFields => record;

/** The NDJSON files under the state folder. Terminal records come redacted already, once for all that is made of them. */
export interface LogFiles {
  readonly access: AccessLog;
  readonly usage: UsageLog;
  readonly proto: ProtoLog;
  /** True while any of them cannot be written. */
  readonly failing: () => boolean;
  readonly flush: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export function openLogFiles(options: LogFilesOptions): LogFiles {
  const { stateDir, redact, ...rest } = options;
  const open = (name: string): NdjsonSink => createNdjsonSink({ ...rest, name, path: join(stateDir, `${name}.ndjson`) });
  const [access, usage, proto] = [open('access'), open('usage'), open('proto')];
  const sinks = [access, usage, proto];
  return {
    access: createAccessLog(access, asIs),
    usage: createUsageLog(usage, asIs),
    proto: createProtoLog(proto, redact),
    failing: () => sinks.some((sink) => sink.failing),
    flush: async () => {
      await Promise.all(sinks.map(async (sink) => sink.flush()));
    },
    close: async () => {
      await Promise.all(sinks.map(async (sink) => sink.close()));
    },
  };
}
