import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { CONFIGURATION, configurationRows, type Configuration } from '../../src/config/configuration.ts';
import { ConfigurationError, EXIT_CONFIG } from '../../src/config/errors.ts';
import { readConfiguration, type Environment } from '../../src/config/read-configuration.ts';

const MIB = 1_048_576;

interface Expectation {
  readonly fallback: unknown;
  /** Texts and the values that they come to. */
  readonly good: Readonly<Record<string, unknown>>;
  readonly bad: readonly string[];
}

const NOT_A_COUNT = ['-1', '1.5', '1e3', 'ten', '0x10', '99999999999999999'];

function count(fallback: number, min: number, max: number): Expectation {
  return {
    fallback,
    good: { [String(min)]: min, [String(max)]: max, [` ${String(max)} `]: max },
    bad: [...NOT_A_COUNT, String(max + 1), ...(min > 0 ? [String(min - 1)] : [])],
  };
}

const anyText: Expectation = { fallback: undefined, good: { 'some where': 'some where', ' x ': 'x' }, bad: [] };
const bearer: Expectation = {
  fallback: undefined,
  good: { 'a-long-enough-one': 'a-long-enough-one' },
  bad: ['short', 'has a space in it', 'naïve-and-long', `${'x'.repeat(20)}\n${'y'.repeat(20)}`],
};
const flag = (fallback: boolean): Expectation => ({
  fallback,
  good: { true: true, false: false, '1': true, '0': false, YES: true, off: false },
  bad: ['maybe', '2', 'truthy'],
});

const EXPECTED: Readonly<Record<keyof Configuration, Expectation>> = {
  PORT: count(11_435, 0, 65_535),
  PROXY_HOST: {
    fallback: undefined,
    good: { '127.0.0.1': '127.0.0.1', '::1': '::1', localhost: 'localhost' },
    bad: ['a host', '[::1]', 'a/b'],
  },
  PROXY_API_KEY: bearer,
  PROXY_ADMIN_TOKEN: bearer,
  PROXY_METRICS_TOKEN: bearer,
  PROXY_METRICS_LOOPBACK: flag(true),
  PROXY_METRICS_ENABLED: flag(true),
  PROXY_STATE_DIR: anyText,
  LOG_LEVEL: { fallback: 'info', good: { debug: 'debug', WARN: 'warn', fatal: 'fatal' }, bad: ['verbose', 'silent'] },
  LOG_MAX_MB: count(100, 1, 100_000),
  LOG_MAX_FILES: count(5, 1, 1_000),
  REDACTION_RULES: anyText,
  CODEX_BIN: anyText,
  CODEX_MODEL: {
    fallback: undefined,
    good: { 'vendor/model-1.5:latest@2': 'vendor/model-1.5:latest@2' },
    bad: ['a model', 'm"m', 'm'.repeat(129)],
  },
  CODEX_AGENT_TOOLS: {
    fallback: [],
    good: { shell: ['shell'], ' shell , web_search,': ['shell', 'web_search'], ',': [] },
    bad: ['shell,sudo', 'Shell', 'shell web_search'],
  },
  CODEX_SANDBOX: {
    fallback: 'read-only',
    good: { 'workspace-write': 'workspace-write', 'danger-full-access': 'danger-full-access' },
    bad: ['none', 'full'],
  },
  CODEX_WORKDIR: anyText,
  PROXY_PROVIDER: { fallback: 'auto', good: { demo: 'demo', Codex: 'codex' }, bad: ['openai', 'offline'] },
  PROXY_PROVIDER_BASE_URL: {
    fallback: undefined,
    good: { 'https://host/v1/': 'https://host/v1', 'http://127.0.0.1:8080/v1': 'http://127.0.0.1:8080/v1' },
    bad: ['host:80', 'ftp://host/v1', '/v1', 'http://', 'https://host/v1?api-version=1', 'https://host/v1?', 'https://host/v1#x'],
  },
  PROXY_PROVIDER_API_KEY: anyText,
  WORKER_MAX_CONCURRENCY: count(32, 1, 1_024),
  WORKER_MAX_QUEUE: count(128, 0, 100_000),
  WORKER_REQUEST_TIMEOUT_MS: count(600_000, 100, 86_400_000),
  WORKER_HANDSHAKE_TIMEOUT_MS: count(15_000, 100, 600_000),
  WORKER_BACKOFF_INITIAL_MS: { ...count(250, 1, 600_000), good: { '1': 1, '5000': 5_000 } },
  WORKER_BACKOFF_MAX_MS: { ...count(5_000, 1, 600_000), good: { '250': 250, '600000': 600_000 } },
  WORKER_STABLE_MS: count(10_000, 1, 86_400_000),
  WORKER_SHUTDOWN_GRACE_MS: count(10_000, 0, 3_600_000),
  WORKER_UNRESPONSIVE_MS: count(15_000, 100, 600_000),
  WORKER_MAX_RSS_MB: count(1_024, 0, 1_048_576),
  WORKER_MAX_TURNS: count(0, 0, 1_000_000_000),
  PROXY_RUN_EVENTS: flag(true),
  RUN_EVENTS_CONTENT: { fallback: 'none', good: { preview: 'preview' }, bad: ['all', 'full'] },
  RUN_EVENTS_MAX_PER_RUN: count(10_000, 10, 10_000_000),
  RUN_EVENTS_MAX_PAYLOAD_BYTES: count(65_536, 256, 1_048_576),
  RUN_EVENTS_RETENTION_DAYS: count(30, 1, 3_650),
  AGENT_LOGS_ARCHIVE_THRESHOLD_MB: count(100, 0, 1_048_576),
  ARCHIVE_DIR: anyText,
  ARCHIVE_RETENTION_DAYS: count(90, 1, 3_650),
  WORKER_LOG_DB_MAX_MB: count(256, 0, 1_048_576),
  PROXY_STREAM_IDLE_TIMEOUT_MS: count(300_000, 100, 86_400_000),
  PROXY_SSE_KEEPALIVE_MS: count(15_000, 50, 3_600_000),
  PROXY_STREAM_MAX_BUFFER_KB: count(1_024, 16, 1_048_576),
  PROXY_RATE_LIMIT_PER_MINUTE: count(0, 0, 10_000_000),
  PROXY_MAX_CONNECTIONS: count(20_000, 0, 1_000_000),
  PROXY_HEADERS_TIMEOUT_MS: count(30_000, 100, 3_600_000),
  PROXY_RECEIVE_TIMEOUT_MS: count(120_000, 100, 3_600_000),
  PROXY_IDLE_CONNECTION_MS: count(75_000, 100, 86_400_000),
  PROXY_TCP_KEEPALIVE_S: count(30, 0, 7_200),
  PROXY_CORS_ORIGINS: {
    fallback: [],
    good: { '*': ['*'], 'https://a.example, http://localhost:3000': ['https://a.example', 'http://localhost:3000'] },
    bad: ['a.example', 'https://a.example/path', 'null'],
  },
  PROXY_BODY_LIMIT: {
    fallback: 16 * MIB,
    good: { '512kb': 524_288, '16MB': 16 * MIB, '1000': 1_000, '2 mb': 2 * MIB, '256mb': 256 * MIB },
    bad: ['0', '257mb', '1gb', 'huge', '-1kb', '1.5mb'],
  },
  PROXY_OUTPUT_MODE: { fallback: 'openai-json', good: { 'obsidian-xml': 'obsidian-xml' }, bad: ['xml', 'json'] },
  PROXY_STOP_AFTER_TOOLS: flag(false),
  PROXY_STOP_AFTER_TOOLS_MODE: { fallback: 'burst', good: { first: 'first' }, bad: ['last'] },
  PROXY_STOP_AFTER_TOOLS_GRACE_MS: count(300, 0, 60_000),
  PROXY_TOOL_BLOCK_MAX: count(0, 0, 1_000),
  PROXY_SUPPRESS_TAIL_AFTER_TOOLS: flag(false),
  PROXY_MAINTENANCE_MODE: flag(false),
  PROXY_MAINTENANCE_RETRY_AFTER_S: count(60, 1, 86_400),
  PROXY_TRACE_BUFFER: flag(false),
  PROXY_TRACE_BUFFER_TTL_HOURS: count(24, 1, 720),
  PROXY_TRACE_BUFFER_MAX_FILES: count(100, 1, 10_000),
  PROXY_TRACE_BUFFER_MAX_KB: count(512, 4, 65_536),
};

function problemsOf(environment: Environment): readonly string[] {
  try {
    readConfiguration(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

/** What a value needs beside it to be consistent. */
const COMPANY: Readonly<Record<string, Environment>> = { custom: { PROXY_PROVIDER_BASE_URL: 'http://host/v1' } };

describe('each variable', () => {
  test('is in this table', () => {
    expect(Object.keys(EXPECTED)).toEqual(Object.keys(CONFIGURATION));
  });

  test.each(Object.entries(EXPECTED))('%s', (name, { fallback, good, bad }) => {
    const read = (text: string): unknown =>
      Object.entries(readConfiguration({ ...COMPANY[text], [name]: text })).find(([key]) => key === name)?.[1];
    expect(Object.entries(readConfiguration({})).find(([key]) => key === name)?.[1]).toEqual(fallback);
    for (const unset of ['', '   ']) expect(read(unset)).toEqual(fallback);
    for (const [text, value] of Object.entries(good)) expect(read(text), text).toEqual(value);
    for (const text of bad) {
      expect(problemsOf({ [name]: text }), text).toEqual([expect.stringMatching(new RegExp(`^${name} must be `))]);
    }
  });
});

describe('problems', () => {
  test('are all told at once, contradictions too', () => {
    const problems = problemsOf({
      PORT: 'http',
      LOG_LEVEL: 'loud',
      PROXY_BODY_LIMIT: 'endless',
      PROXY_HOST: '0.0.0.0',
      PROXY_PROVIDER: 'custom',
      WORKER_BACKOFF_INITIAL_MS: '600',
      WORKER_BACKOFF_MAX_MS: '500',
      OPENAI_BASE_URL: 'nowhere',
    });
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
      'PORT',
      'LOG_LEVEL',
      'PROXY_BODY_LIMIT',
      'PROXY_API_KEY',
      'PROXY_PROVIDER_BASE_URL',
      'WORKER_BACKOFF_INITIAL_MS',
      'OPENAI_BASE_URL',
    ]);
    expect(problems.slice(0, 3)).toEqual([
      'PORT must be a whole number from 0 to 65535 (it is "http")',
      'LOG_LEVEL must be one of trace, debug, info, warn, error, fatal (it is "loud")',
      'PROXY_BODY_LIMIT must be a size such as 512kb or 16mb, up to 256mb (it is "endless")',
    ]);
  });

  test('hold no contradiction with a value that is refused for itself', () => {
    expect(problemsOf({ PROXY_HOST: '0.0.0.0', PROXY_API_KEY: 'short' })).toEqual([
      expect.stringMatching(/^PROXY_API_KEY must be at least 8/),
    ]);
    expect(problemsOf({ PROXY_PROVIDER: 'custom', PROXY_PROVIDER_BASE_URL: 'x' })).toHaveLength(1);
  });

  test('never show a secret', () => {
    const secret = `pass ${randomBytes(12).toString('hex')}`;
    const url = `ftp://user:${randomBytes(12).toString('hex')}@host/v1?key=${randomBytes(12).toString('hex')}`;
    const { message } = new ConfigurationError(
      problemsOf({
        PROXY_API_KEY: secret,
        PROXY_ADMIN_TOKEN: secret,
        PROXY_METRICS_TOKEN: secret,
        PROXY_PROVIDER_BASE_URL: url,
        OPENAI_BASE_URL: url,
      }),
    );
    expect(message.split('\n')).toHaveLength(6);
    for (const part of [...secret.split(' ').slice(1), ...url.match(/[0-9a-f]{24}/g)!]) expect(message).not.toContain(part);
  });

  test('are counted in the message, and a long value is cut', () => {
    expect(new ConfigurationError(['one']).message).toBe('The configuration has 1 problem:\n  - one');
    expect(new ConfigurationError(['one', 'two']).message).toBe('The configuration has 2 problems:\n  - one\n  - two');
    expect(problemsOf({ PORT: '9'.repeat(500) })[0]?.length).toBeLessThan(150);
  });

  test('exit code is that of sysexits.h', () => {
    expect(EXIT_CONFIG).toBe(78);
  });
});

describe('listening beyond loopback', () => {
  test.each(['0.0.0.0', '::', '192.168.1.2', 'example.com', '127.0.0.1.example.com'])('%s needs a key', (host) => {
    expect(problemsOf({ PROXY_HOST: host })).toEqual([`PROXY_API_KEY must be set when PROXY_HOST (${host}) is not loopback`]);
    expect(problemsOf({ PROXY_HOST: host, PROXY_ADMIN_TOKEN: 'x'.repeat(20) })).toHaveLength(1);
    expect(problemsOf({ PROXY_HOST: host, PROXY_API_KEY: 'x'.repeat(20) })).toEqual([]);
  });

  test.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost', 'LOCALHOST'])('%s does not', (host) => {
    expect(problemsOf({ PROXY_HOST: host })).toEqual([]);
  });
});

describe('rows of the reference', () => {
  const rows = configurationRows();

  test('are one a variable, each with a type, a default and a sentence', () => {
    expect(rows.map((row) => row.name)).toEqual(Object.keys(CONFIGURATION));
    for (const row of rows) {
      expect(row.description, row.name).toMatch(/^[A-Z`].*\.$/s);
      expect(row.type, row.name).not.toBe('');
      expect(row.default, row.name).not.toBe('');
      expect(row.accepted, row.name).not.toBe('');
    }
  });

  test('name the default that is in force', () => {
    const inForce: Readonly<Record<string, unknown>> = readConfiguration({});
    for (const { name, type, default: shown } of rows) {
      if (inForce[name] === undefined || type === 'list') continue;
      expect(Object.entries(readConfiguration({ [name]: shown })).find(([key]) => key === name)?.[1], name).toEqual(inForce[name]);
    }
  });

  test('call tokens and whatever may hold a password secret', () => {
    expect(rows.filter((row) => row.secret).map((row) => row.name)).toEqual([
      'PROXY_API_KEY',
      'PROXY_ADMIN_TOKEN',
      'PROXY_METRICS_TOKEN',
      'PROXY_PROVIDER_BASE_URL',
      'PROXY_PROVIDER_API_KEY',
    ]);
  });
});
