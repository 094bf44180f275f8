import type { RedactorOptions } from '@codex-proxy/redaction';

/** A record of what the agent, or the proxy on its behalf, did. */
export interface AgentLogEntry {
  /** The run that it belongs to, if any. */
  readonly runId?: string | undefined;
  /** The part that speaks, such as `worker` or `http`. */
  readonly source: string;
  readonly level: string;
  /** What happened, such as `worker_stderr` or `request_completed`. */
  readonly event: string;
  /** One sentence for people. */
  readonly message?: string | undefined;
  /** Everything else; must survive `JSON.stringify`. */
  readonly payload?: Readonly<Record<string, unknown>> | undefined;
}

/** An entry on its way to the writer thread: not redacted yet. */
export interface AgentLogRow {
  readonly createdAt: string;
  readonly runId: string | null;
  readonly source: string;
  readonly level: string;
  readonly event: string;
  readonly message: string | null;
  /** JSON. */
  readonly payload: string | null;
}

/** Operator rules as `readOperatorRules` gives them: they go to another thread, so they may hold no functions. */
export type AgentLogRedaction = Pick<RedactorOptions, 'rules' | 'safeKeys' | 'secretKeys' | 'contentKeys'>;
