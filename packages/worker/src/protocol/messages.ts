/**
 * The hand-written subset of the app-server protocol that this package uses. `tests/integration/protocol-subset.test.ts` holds
 * it against what the installed binary generates.
 */

export type RpcId = number | string;

export interface RpcErrorObject {
  readonly code: number;
  readonly message: string;
}

export interface InitializeResult {
  readonly userAgent: string;
}

export interface ThreadStartParams {
  readonly ephemeral: true;
  readonly approvalPolicy: 'never';
  readonly sandbox: 'read-only' | 'workspace-write' | 'danger-full-access';
  /** Empty: the model gets no environment to act in. Absent: the default one, for operators who turn agent tools on. */
  readonly environments?: readonly [];
  readonly cwd: string;
  readonly model: string;
  /** Never absent: the worker would add its own 20 KB of agent instructions. Empty means none. */
  readonly baseInstructions: string;
  /** Settings for this thread alone. */
  readonly config?: { readonly tool_output_token_limit: number };
  readonly dynamicTools?: readonly ({ readonly type: 'function' } & ClientTool)[];
  /** Brings each call as the model wrote it, and news of the moment when a response is whole. */
  readonly experimentalRawEvents?: true;
}

/** A function of the client that the model may call. */
export interface ClientTool {
  /** `^[a-zA-Z0-9_-]+$`. The worker refuses `mcp__…` and doubles, and drops `exec_command` and `shell_command` without a word. */
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments. */
  readonly inputSchema: Readonly<Record<string, unknown>>;
}

export type UserInput =
  | { readonly type: 'text'; readonly text: string; readonly text_elements: readonly [] }
  | { readonly type: 'image'; readonly url: string; readonly detail?: 'auto' | 'high' };

export type HistoryContent =
  | { readonly type: 'input_text'; readonly text: string }
  | { readonly type: 'output_text'; readonly text: string }
  | { readonly type: 'input_image'; readonly image_url: string; readonly detail?: 'auto' | 'high' };

/** A Responses API item for `thread/inject_items`. The worker drops the role `system` silently: it is not offered here. */
export type HistoryItem =
  | { readonly type: 'message'; readonly role: 'developer' | 'user' | 'assistant'; readonly content: readonly HistoryContent[] }
  | { readonly type: 'function_call'; readonly name: string; readonly arguments: string; readonly call_id: string }
  | { readonly type: 'function_call_output'; readonly call_id: string; readonly output: string };

/** `codexErrorInfo` of a failed turn: a string, or an object with one key that may hold the provider's HTTP status. */
export type CodexErrorInfo = string | { readonly [kind: string]: { readonly httpStatusCode?: number | null } | undefined };

export interface TurnError {
  readonly message: string;
  readonly codexErrorInfo: CodexErrorInfo | null;
}

/** Notifications that no one here reads; the worker is asked not to send them. */
export const UNREAD_NOTIFICATIONS = [
  'account/rateLimits/updated',
  'account/updated',
  'app/list/updated',
  'configWarning',
  'deprecationNotice',
  'hook/completed',
  'hook/started',
  'item/reasoning/summaryPartAdded',
  'item/reasoning/summaryTextDelta',
  'item/reasoning/textDelta',
  'item/started',
  'mcpServer/startupStatus/updated',
  'remoteControl/status/changed',
  'skills/changed',
  'thread/closed',
  'thread/name/updated',
  'thread/settings/updated',
  'thread/started',
  'thread/status/changed',
  'turn/diff/updated',
  'turn/plan/updated',
  'turn/started',
  'warning',
] as const;
