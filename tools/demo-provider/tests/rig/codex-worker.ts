import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { demoModelCatalog } from '@codex-proxy/demo-provider';
import { LineClient, type Frame } from './line-client.ts';

/** The native binary inside the platform's package beside `@openai/codex`. */
export function codexBinary(): string {
  const launcher = createRequire(import.meta.url).resolve('@openai/codex/package.json');
  const platform = createRequire(launcher).resolve(`@openai/codex-${process.platform}-${process.arch}/package.json`);
  const [binary] = globSync('vendor/*/bin/codex', { cwd: dirname(platform) });
  if (binary === undefined) throw new Error('The platform package holds no codex binary.');
  return join(dirname(platform), binary);
}

export interface CodexWorkerOptions {
  readonly baseUrl: string;
  /** Further `-c` settings; those of the provider without its prefix, e.g. `provider.stream_max_retries`. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
  readonly optOut?: readonly string[];
  /** Models of a catalog file of its own. Default: none, so that the demo models are unknown to the worker. */
  readonly catalog?: readonly string[];
}

export interface CodexWorker {
  readonly client: LineClient;
  readonly home: string;
  readonly pid: number;
  /** Runs one turn on a new thread and returns its frames, from the request to `turn/completed`. */
  turn(options?: TurnOptions): Promise<TurnResult>;
  stop(): Promise<void>;
}

export interface TurnOptions {
  readonly text?: string;
  readonly history?: readonly unknown[];
  readonly thread?: Readonly<Record<string, unknown>>;
  readonly turn?: Readonly<Record<string, unknown>>;
}

export interface TurnResult {
  readonly threadId: string;
  readonly frames: readonly Frame[];
  readonly text: string;
  readonly usage: unknown;
  readonly status: unknown;
  readonly error: { readonly message: string; readonly codexErrorInfo: unknown } | null;
}

/**
 * Settings that leave a plain chat model of the agent, silent but for its provider, and failing at once where its default is to wait for
 * ever. The README says what each was seen to do.
 */
export const PLAIN_CHAT = {
  'features.shell_tool': false,
  'features.unified_exec': false,
  'features.multi_agent': false,
  'features.goals': false,
  'features.apps': false,
  'features.plugins': false,
  'features.view_image': false,
  'features.unbounded_connection_retries': false,
  'agents.enabled': false,
  'tools.experimental_request_user_input.enabled': false,
  'skills.include_instructions': false,
  'skills.bundled.enabled': false,
  include_environment_context: false,
  include_permissions_instructions: false,
  include_collaboration_mode_instructions: false,
  include_apps_instructions: false,
  project_doc_max_bytes: 0,
  model_reasoning_summary: 'none',
  web_search: 'disabled',
  check_for_update_on_startup: false,
  'analytics.enabled': false,
  'provider.request_max_retries': 0,
  'provider.stream_max_retries': 0,
} as const;

/** Starts the real worker against a provider, with an empty home, and completes the handshake. */
export async function startCodexWorker(options: CodexWorkerOptions): Promise<CodexWorker> {
  const home = mkdtempSync(join(tmpdir(), 'codex-home-'));
  const catalogFile = join(home, 'models.json');
  if (options.catalog !== undefined) writeFileSync(catalogFile, JSON.stringify(demoModelCatalog(options.catalog)));
  const settings: Record<string, string | number | boolean> = {
    model_provider: 'demo',
    'provider.name': 'demo',
    'provider.base_url': options.baseUrl,
    'provider.wire_api': 'responses',
    ...(options.catalog === undefined ? {} : { model_catalog_json: catalogFile }),
    ...PLAIN_CHAT,
    ...options.settings,
  };
  const flags = Object.entries(settings).flatMap(([key, value]) => [
    '-c',
    `${key.replace(/^provider\./, 'model_providers.demo.')}=${JSON.stringify(value)}`,
  ]);
  const child = spawn(codexBinary(), ['app-server', ...flags], {
    env: { CODEX_HOME: home, HOME: home, PATH: '/usr/bin:/bin' },
    stdio: 'pipe',
  });
  child.stderr.resume();
  const client = new LineClient(child);
  await client.request('initialize', {
    clientInfo: { name: 'demo-provider-test', title: 'Test', version: '0.0.0' },
    capabilities: { experimentalApi: true, requestAttestation: false, optOutNotificationMethods: options.optOut ?? [] },
  });
  client.notify('initialized');
  return {
    client,
    home,
    pid: child.pid ?? 0,
    turn: (turnOptions = {}) => runTurn(client, home, turnOptions),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'close');
        child.stdin.end();
        await ended;
      }
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

export async function startThread(client: LineClient, cwd: string, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const answer = await client.request('thread/start', {
    model: 'demo-codex',
    ephemeral: true,
    approvalPolicy: 'never',
    sandbox: 'read-only',
    environments: [],
    cwd,
    baseInstructions: 'You are a helpful assistant.',
    ...more,
  });
  const thread = answer.result?.['thread'];
  if (typeof thread !== 'object' || thread === null || !('id' in thread) || typeof thread.id !== 'string')
    throw new Error(JSON.stringify(answer));
  return thread.id;
}

async function runTurn(client: LineClient, home: string, options: TurnOptions): Promise<TurnResult> {
  const from = client.frames.length;
  const threadId = await startThread(client, home, options.thread);
  if (options.history !== undefined) await client.request('thread/inject_items', { threadId, items: options.history });
  const input = [{ type: 'text', text: options.text ?? 'hi', text_elements: [] }];
  const started = client.request('turn/start', { threadId, input, ...options.turn });
  const own = (frame: Frame): boolean => frame.params?.['threadId'] === threadId;
  const completed = await Promise.race([client.frame((frame) => own(frame) && frame.method === 'turn/completed'), rejectOnError(started)]);
  const frames = client.frames.slice(from);
  const turn = completed.params?.['turn'];
  const { status, error } = Object(turn);
  return {
    threadId,
    frames,
    text: frames
      .filter((frame) => own(frame) && frame.method === 'item/agentMessage/delta')
      .map((frame) => String(frame.params?.['delta']))
      .join(''),
    usage: Object(frames.find((frame) => own(frame) && frame.method === 'thread/tokenUsage/updated')?.params?.['tokenUsage'])['last'],
    status,
    error,
  };
}

/** Only ever rejects: a refused `turn/start` has no `turn/completed` to wait for. */
async function rejectOnError(response: Promise<Frame>): Promise<never> {
  const frame = await response;
  if (frame.error !== undefined) throw new Error(JSON.stringify(frame.error));
  return new Promise<never>(() => {});
}
