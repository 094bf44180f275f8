import type { AlertName } from '../rules/alerts.ts';
import type { ProxyUnderLoad } from '../live/proxy.ts';
import type { Command } from './journal.ts';

/** What a fault may use. */
export interface Field {
  readonly proxy: ProxyUnderLoad;
  /** Over when the fault is mended. */
  readonly signal: AbortSignal;
  /** Runs `codex-ops` and writes the command down. */
  readonly ops: (...args: string[]) => Promise<Command>;
}

/** A record of the access log, as far as an incident is told from others by it. */
export interface AccessRecord {
  readonly request_id: string;
  readonly error_code?: string | null | undefined;
  readonly latency_ms?: number | null | undefined;
}

/** A fault that is made on purpose, and the alert that must tell of it. */
export interface Incident {
  /** Of its folder. */
  readonly name: string;
  readonly alert: AlertName;
  /** How the fault is made, and how it is mended: sentences for the report. */
  readonly trigger: string;
  readonly remedy: string;
  /** Makes the fault; ends when it is mended or needs nothing more. */
  readonly inject: (field: Field) => Promise<unknown>;
  /** Mends what does not end with the signal. */
  readonly mend?: (field: Field) => Promise<unknown>;
  /** Finds the request to trace: in the access log, or where the access log does not tell, in the log. */
  readonly request: { readonly inAccessLog: (record: AccessRecord) => boolean } | { readonly inLog: (field: Field) => string | undefined };
  /** Titles of the panels that the runbook has someone look at. */
  readonly panels: readonly [string, ...string[]];
  /** It is over by itself: nothing is mended, and the drill goes on meanwhile. */
  readonly passes?: true;
}
