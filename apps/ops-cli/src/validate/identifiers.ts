import type { ExampleSource } from '@codex-proxy/redaction';

/** What a log must keep to be of use: made at random, under the key that it usually has. */
export function createIdentifiers({ pick, index }: ExampleSource): Readonly<Record<string, string>> {
  const hex = (length: number): string => pick('0-9a-f', length);
  const uuid = (): string => [8, 4, 4, 4, 12].map(hex).join('-');
  return {
    request_id: `req_${pick('A-Za-z0-9', 22)}`,
    thread_id: uuid(),
    tool_call_id: `call_${pick('A-Za-z0-9', 24)}`,
    event_id: `wevt_01${pick('0-9A-HJKMNP-TV-Z', 24)}`,
    trace_id: hex(32),
    span_id: hex(16),
    traceparent: `00-${hex(32)}-${hex(16)}-01`,
    digest: `sha256:${hex(64)}`,
    commit: hex(40),
    timestamp: new Date(1.7e12 + index(1e9)).toISOString(),
    model: 'demo-codex',
    version: `1.${index(99)}.0-beta.1+${hex(7)}`,
    tokens_prompt: String(index(100_000)),
    address: `127.0.0.1:${1_024 + index(60_000)}`,
    file: `/srv/app/.codex-api/trace-buffer/20261121T021003.194Z-req_${pick('A-Za-z0-9', 22)}.json`,
  };
}
