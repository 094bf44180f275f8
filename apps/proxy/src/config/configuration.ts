import { OUTPUT_MODES, RUN_EVENT_CONTENT_MODES } from '@codex-proxy/contracts';
import { z } from 'zod';
import { boolean, choice, integer, list, SETTING_DETAILS, size, text, token, url, type SettingDetail } from './setting.ts';

const MIB = 1_048_576;
const DAY_MS = 86_400_000;

/** Every environment variable that the proxy reads. One row a variable; `docs/reference/configuration.md` derives from it. */
export const CONFIGURATION = {
  PORT: integer({ fallback: 11_435, min: 0, max: 65_535, description: 'Port to listen on; 0 takes a free one.' }),
  PROXY_HOST: text({
    pattern: /^[\w.:-]+$/,
    accepted: 'a host name or address',
    default: '127.0.0.1',
    description: 'Address to listen on. Beyond loopback a key must be set.',
  }),
  PROXY_API_KEY: token({
    description:
      'Bearer token that clients of /v1 send. On loopback, when neither it nor the admin token is set, both are generated, printed and kept in the state folder.',
    default: 'generated on loopback',
  }),
  PROXY_ADMIN_TOKEN: token({
    description: 'Bearer token of /internal. Without one those routes answer 404.',
    default: 'generated on loopback',
  }),
  PROXY_METRICS_TOKEN: token({ description: 'Bearer token that lets callers beyond loopback read /metrics.' }),
  PROXY_METRICS_LOOPBACK: boolean({
    fallback: true,
    description: 'Whether callers on this host may read /metrics without the token, if no header says that a proxy forwarded them.',
  }),
  PROXY_METRICS_ENABLED: boolean({ fallback: true, description: 'Whether /metrics exists.' }),
  PROXY_STATE_DIR: text({ default: '.codex-api', description: 'Folder for all state on disk.' }),
  LOG_LEVEL: choice({
    values: ['trace', 'debug', 'info', 'warn', 'error', 'fatal'],
    fallback: 'info',
    description: 'Least severity that is logged to stdout.',
  }),
  LOG_MAX_MB: integer({ fallback: 100, min: 1, max: 100_000, unit: 'MB', description: 'Size at which an NDJSON file is rotated.' }),
  LOG_MAX_FILES: integer({ fallback: 5, min: 1, max: 1_000, description: 'Files kept of each NDJSON log, the current one included.' }),
  REDACTION_RULES: text({
    default: 'none',
    description: 'JSON file with rules, safe keys, secret keys and content keys beside the built-in ones; see redaction.md.',
  }),
  CODEX_BIN: text({
    default: 'the one in @openai/codex',
    description: 'Executable run as `$CODEX_BIN app-server …`.',
  }),
  CODEX_MODEL: text({
    pattern: /^[\w./:@-]{1,128}$/,
    accepted: 'a model name of letters, digits and . / : @ _ -',
    description: 'Model that is served first; the worker may list others.',
  }),
  CODEX_AGENT_TOOLS: list({
    item: /^(shell|apply_patch|web_search|view_image|multi_agent)$/,
    accepted: 'a comma-separated list of shell, apply_patch, web_search, view_image, multi_agent',
    description: 'Powers of the Codex agent that the model may use. With none it is a plain chat model.',
  }),
  CODEX_SANDBOX: choice({
    values: ['read-only', 'workspace-write', 'danger-full-access'],
    fallback: 'read-only',
    description: 'Sandbox of the agent tools.',
  }),
  CODEX_WORKDIR: text({ default: 'an empty folder in the state folder', description: 'Working directory of the agent tools.' }),
  PROXY_PROVIDER: choice({
    values: ['auto', 'codex', 'demo', 'custom'],
    fallback: 'auto',
    description:
      'Where the worker gets its model: `codex` uses its own credentials, `demo` an offline one, `custom` PROXY_PROVIDER_BASE_URL. `auto`: custom if that is set, codex if credentials are found, else demo; with NODE_ENV=production it refuses to start instead.',
  }),
  PROXY_PROVIDER_BASE_URL: url({ description: 'Base URL of any Responses API endpoint, such as `https://host/v1`; without a query.' }),
  PROXY_PROVIDER_API_KEY: text({ secret: true, description: 'Key that is sent to PROXY_PROVIDER_BASE_URL as a bearer token.' }),
  WORKER_MAX_CONCURRENCY: integer({ fallback: 32, min: 1, max: 1_024, description: 'Turns that the worker handles at once.' }),
  WORKER_MAX_QUEUE: integer({
    fallback: 128,
    min: 0,
    max: 100_000,
    description: 'Requests that may wait for a slot; more get `queue_full`.',
  }),
  WORKER_REQUEST_TIMEOUT_MS: integer({
    fallback: 600_000,
    min: 100,
    max: DAY_MS,
    unit: 'ms',
    description: 'Longest life of a request, waiting included.',
  }),
  WORKER_HANDSHAKE_TIMEOUT_MS: integer({
    fallback: 15_000,
    min: 100,
    max: 600_000,
    unit: 'ms',
    description: 'Time from spawn to the answered handshake.',
  }),
  WORKER_BACKOFF_INITIAL_MS: integer({
    fallback: 250,
    min: 1,
    max: 600_000,
    unit: 'ms',
    description: 'First delay before a restart; it doubles.',
  }),
  WORKER_BACKOFF_MAX_MS: integer({ fallback: 5_000, min: 1, max: 600_000, unit: 'ms', description: 'Longest delay before a restart.' }),
  WORKER_STABLE_MS: integer({
    fallback: 10_000,
    min: 1,
    max: DAY_MS,
    unit: 'ms',
    description: 'Time of service after which the delay starts from its first value again.',
  }),
  WORKER_SHUTDOWN_GRACE_MS: integer({
    fallback: 10_000,
    min: 0,
    max: 3_600_000,
    unit: 'ms',
    description: 'Time that streams in flight get on shutdown; on a recycled worker they get at least that.',
  }),
  WORKER_UNRESPONSIVE_MS: integer({
    fallback: 15_000,
    min: 100,
    max: 600_000,
    unit: 'ms',
    description: 'Silence after which the worker is asked for a sign of life; after as long again it is killed and replaced.',
  }),
  WORKER_MAX_RSS_MB: integer({
    fallback: 1_024,
    min: 0,
    max: 1_048_576,
    unit: 'MB',
    description: 'Resident memory beyond which the worker is recycled: replaced without a failed request. 0 for no limit.',
  }),
  WORKER_MAX_TURNS: integer({
    fallback: 0,
    min: 0,
    max: 1_000_000_000,
    description: 'Turns after which the worker is recycled. 0 for no limit.',
  }),
  PROXY_RUN_EVENTS: boolean({ fallback: true, description: 'Whether requests are kept as runs, with their events, in `state.sqlite`.' }),
  RUN_EVENTS_CONTENT: choice({
    values: RUN_EVENT_CONTENT_MODES,
    fallback: 'none',
    description: 'What is kept of texts: their lengths, or their beginnings too, redacted, up to 2 KB each.',
  }),
  RUN_EVENTS_MAX_PER_RUN: integer({ fallback: 10_000, min: 10, max: 10_000_000, description: 'Events kept of a run.' }),
  RUN_EVENTS_MAX_PAYLOAD_BYTES: integer({
    fallback: 65_536,
    min: 256,
    max: 1_048_576,
    unit: 'bytes',
    description: 'What the payload of an event may take; beyond it is cut, and marked.',
  }),
  RUN_EVENTS_RETENTION_DAYS: integer({
    fallback: 30,
    min: 1,
    max: 3_650,
    unit: 'days',
    description: 'How long runs and their events are kept.',
  }),
  AGENT_LOGS_ARCHIVE_THRESHOLD_MB: integer({
    fallback: 100,
    min: 0,
    max: 1_048_576,
    unit: 'MB',
    description: 'What the agent logs may take in `state.sqlite` before they are archived.',
  }),
  ARCHIVE_DIR: text({ default: '`archives` in the state folder', description: 'Folder for archives of agent logs.' }),
  ARCHIVE_RETENTION_DAYS: integer({ fallback: 90, min: 1, max: 3_650, unit: 'days', description: 'How long archives are kept.' }),
  WORKER_LOG_DB_MAX_MB: integer({
    fallback: 256,
    min: 0,
    max: 1_048_576,
    unit: 'MB',
    description: "What the worker's own log database may take on disk. Its warnings and errors are kept; 0 keeps nothing.",
  }),
  PROXY_STREAM_IDLE_TIMEOUT_MS: integer({
    fallback: 300_000,
    min: 100,
    max: DAY_MS,
    unit: 'ms',
    description: 'Longest silence of the worker within a turn.',
  }),
  PROXY_SSE_KEEPALIVE_MS: integer({
    fallback: 15_000,
    min: 50,
    max: 3_600_000,
    unit: 'ms',
    description: 'Silence after which a stream gets a comment.',
  }),
  PROXY_STREAM_MAX_BUFFER_KB: integer({
    fallback: 1_024,
    min: 16,
    max: 1_048_576,
    unit: 'KB',
    description:
      'Bytes held for a client that reads too slowly before it is cut off, the longest event not counted; 10 s without progress above them end it, too.',
  }),
  PROXY_RATE_LIMIT_PER_MINUTE: integer({
    fallback: 0,
    min: 0,
    max: 10_000_000,
    description: 'Requests to /v1 a minute and key; 0 is no limit.',
  }),
  PROXY_MAX_CONNECTIONS: integer({
    fallback: 20_000,
    min: 0,
    max: 1_000_000,
    description: 'Connections at once; more are closed as they come, probes and scrapes too. 0 is no limit.',
  }),
  PROXY_HEADERS_TIMEOUT_MS: integer({
    fallback: 30_000,
    min: 100,
    max: 3_600_000,
    unit: 'ms',
    description: 'Time in which the headers of a request have to arrive, from the connection or the first byte on.',
  }),
  PROXY_RECEIVE_TIMEOUT_MS: integer({
    fallback: 120_000,
    min: 100,
    max: 3_600_000,
    unit: 'ms',
    description: 'Time in which a request has to arrive, body included.',
  }),
  PROXY_IDLE_CONNECTION_MS: integer({
    fallback: 75_000,
    min: 100,
    max: DAY_MS,
    unit: 'ms',
    description:
      'How long a connection is kept for a next request. Longer than the same time of a load balancer in front, so that it closes first.',
  }),
  PROXY_TCP_KEEPALIVE_S: integer({
    fallback: 30,
    min: 0,
    max: 7_200,
    unit: 's',
    description: 'Silence of a connection after which the other side is probed; ten seconds without an answer end it. 0 is never.',
  }),
  PROXY_CORS_ORIGINS: list({
    item: /^(\*|https?:\/\/[^\s/,]+)$/,
    accepted: 'a comma-separated list of origins such as https://app.example, or *',
    description: 'Browser origins that may call /v1.',
  }),
  PROXY_BODY_LIMIT: size({ fallback: 16 * MIB, default: '16mb', max: 256 * MIB, description: 'Largest request body.' }),
  PROXY_OUTPUT_MODE: choice({
    values: OUTPUT_MODES,
    fallback: 'openai-json',
    description:
      'What becomes of tool calls that a model writes as text, `<use_tool>…</use_tool>`: `openai-json` makes them `tool_calls`, `obsidian-xml` shows them as content too. The header x-proxy-output-mode overrides it.',
  }),
  PROXY_STOP_AFTER_TOOLS: boolean({ fallback: false, description: 'Whether an answer ends after its textual tool calls.' }),
  PROXY_STOP_AFTER_TOOLS_MODE: choice({
    values: ['burst', 'first'],
    fallback: 'burst',
    description: '`first`: after the first call. `burst`: when no further one has begun for the grace time.',
  }),
  PROXY_STOP_AFTER_TOOLS_GRACE_MS: integer({
    fallback: 300,
    min: 0,
    max: 60_000,
    unit: 'ms',
    description: 'Grace time of `burst`; of a request with `tools` the first text after it ends the answer.',
  }),
  PROXY_TOOL_BLOCK_MAX: integer({
    fallback: 0,
    min: 0,
    max: 1_000,
    description: 'Textual tool calls after which an answer ends, whether or not PROXY_STOP_AFTER_TOOLS is set; 0 is no limit.',
  }),
  PROXY_SUPPRESS_TAIL_AFTER_TOOLS: boolean({
    fallback: false,
    description: 'Whether text after the first textual tool call is left out, other than further calls.',
  }),
  PROXY_MAINTENANCE_MODE: boolean({
    fallback: false,
    description: 'Start in maintenance mode, whatever is kept; /internal/maintenance switches it until the next start.',
  }),
  PROXY_MAINTENANCE_RETRY_AFTER_S: integer({
    fallback: 60,
    min: 1,
    max: 86_400,
    unit: 's',
    description: "What clients are told to wait in maintenance mode, unless the toggle says it. OpenAI's SDKs heed up to 60.",
  }),
  PROXY_TRACE_BUFFER: boolean({
    fallback: false,
    description:
      'Capture redacted JSON-RPC traces of requests, a file each, in `trace-buffer/` of the state folder. /internal/trace-buffer switches it until the next start.',
  }),
  PROXY_TRACE_BUFFER_TTL_HOURS: integer({
    fallback: 24,
    min: 1,
    max: 720,
    unit: 'h',
    description: 'Age at which a trace is removed, whether or not capture is on.',
  }),
  PROXY_TRACE_BUFFER_MAX_FILES: integer({
    fallback: 100,
    min: 1,
    max: 10_000,
    description: 'Traces kept; the oldest go first.',
  }),
  PROXY_TRACE_BUFFER_MAX_KB: integer({
    fallback: 512,
    min: 4,
    max: 65_536,
    unit: 'KB',
    description: 'Largest trace. Beyond it the largest payloads are left out, then frames from the end, and marked.',
  }),
};

export const configurationSchema = z.object(CONFIGURATION);

/** The values in force, under the names of the variables. */
export type Configuration = z.infer<typeof configurationSchema>;

/** The table as the reference shows it. */
export function configurationRows(): (SettingDetail & { name: string })[] {
  return Object.entries(CONFIGURATION).flatMap(([name, schema]) => {
    const detail = SETTING_DETAILS.get(schema);
    return detail === undefined ? [] : [{ name, ...detail }];
  });
}
