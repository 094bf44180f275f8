import { LOG_EVENTS, type LogEventName, type LogFields, type LogLevel } from '@codex-proxy/contracts';
import { pino } from 'pino';
import { areKnown, knownFields } from '../records/record-line.ts';
import { createTimestamp } from './timestamp.ts';

/** Returns the record as it may be written; called once a record, before anything leaves the process. */
export type Redact = (record: LogFields) => LogFields;

export interface LoggerOptions {
  /** Records below it are not made. */
  readonly level: LogLevel;
  /** Takes whole lines, newline included. */
  readonly destination: { write(line: string): void };
  readonly redact: Redact;
  /** Milliseconds since the epoch. Default: the system clock. */
  readonly now?: () => number;
  /** Fields of the request being served; its ids go into the record. */
  readonly context?: () => LogFields | undefined;
  /** Records that could not be redacted or written. */
  readonly onDrop?: (sink: 'stdout', count: number) => void;
}

/** Writes records of the log schema, one JSON object a line. No method throws. */
export interface Logger {
  /**
   * Writes one record of `name`. Component and level come from the table of events; undefined fields and fields that the
   * schema does not know are left out; the ids of the request context are added, except to events of the worker, the proxy and
   * the log itself, which outlive the request in whose context they may happen to be reported.
   */
  event(name: LogEventName, fields?: LogFields, level?: LogLevel): void;
  /** Whether `event` with the same name and level would write; lets callers skip the making of fields. */
  isEnabled(name: LogEventName, level?: LogLevel): boolean;
  level: LogLevel;
}

const OUTLIVING_COMPONENTS: readonly string[] = ['proxy', 'worker', 'log'];

/**
 * A logger on pino, writing `timestamp` (ISO 8601 UTC, milliseconds), `level` (its name), `component`, `event` and the fields.
 * @example
 * const logger = createLogger({ level: 'info', destination: createStdoutDestination(), redact });
 * logger.event('proxy_listening', { address: 'http://127.0.0.1:11435' });
 */
export function createLogger(options: LoggerOptions): Logger {
  const { destination, redact, context, now = Date.now } = options;
  const timestamp = createTimestamp(now);
  const sink = pino(
    {
      level: options.level,
      base: null,
      messageKey: 'message',
      timestamp: () => `,"timestamp":"${timestamp()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line) => destination.write(line) },
  );
  let level = options.level;

  function withContext(fields: LogFields | undefined, component: string): LogFields {
    const ambient = OUTLIVING_COMPONENTS.includes(component) ? undefined : context?.();
    if (ambient === undefined) return fields ?? {};
    return {
      ...fields,
      request_id: fields?.request_id ?? ambient.request_id,
      run_id: fields?.run_id ?? ambient.run_id,
      client_request_id: fields?.client_request_id ?? ambient.client_request_id,
    };
  }

  function drop(): void {
    try {
      options.onDrop?.('stdout', 1);
    } catch {
      // Nobody is left to tell.
    }
  }

  return {
    event(name, fields, severity = LOG_EVENTS[name].level) {
      if (!sink.isLevelEnabled(severity)) return;
      try {
        const { component } = LOG_EVENTS[name];
        const redacted = redact(withContext(fields, component));
        sink[severity]({ component, event: name, ...(areKnown(redacted) ? redacted : knownFields(redacted)) });
      } catch {
        drop();
      }
    },
    isEnabled: (name, severity = LOG_EVENTS[name].level) => sink.isLevelEnabled(severity),
    get level() {
      return level;
    },
    set level(next) {
      level = next;
      sink.level = next;
    },
  };
}
