import { createRedactor } from '@codex-proxy/redaction';
import { describe, expect, it } from 'vitest';
import { createRedactionFilter } from '@codex-proxy/ops-cli';
import { filtered, filteredInPieces } from './support/filter.ts';
import { privateKey } from './support/secrets.ts';

const OUT = '[redacted:private_key]';

const LOGS: Readonly<Record<string, (line: string, index: number) => string>> = {
  'a log': (line) => `host1 app[4711]: ${line}`,
  'a log of containers': (line) => `[pod/api-1] ${line}`,
  NDJSON: (line, index) => JSON.stringify({ level: 30, time: 1_781_000_000_000 + index, pid: 7, msg: line }),
  'NDJSON, with more behind': (line, index) => JSON.stringify({ msg: line, seq: index + 8, level: 'info' }),
  'NDJSON behind a prefix': (line, index) => `api-1  | ${JSON.stringify({ msg: line, seq: index + 8 })}`,
};

describe('a private key, each line of it behind a prefix or in a record of its own', () => {
  it.each(Object.entries(LOGS))('is taken out of %s, and nothing else', (_, written) => {
    for (const ending of ['\n', '\r\n']) {
      const lines = privateKey(20).split('\n');
      const log = (key: readonly string[]): string =>
        ['started', ...key, 'done'].map((line, index) => written(line, index) + ending).join('');
      const [text, expected] = [log(lines), log(lines.map(() => OUT))];
      for (const profile of ['text', 'archive'] as const) {
        expect(filtered(text, profile)).toBe(expected);
        expect(filtered(expected, profile)).toBe(expected);
        for (const size of [1, 90, 4096]) expect(filteredInPieces(text, [size], profile)).toBe(expected);
      }
    }
  });

  it('is held back no longer than its beginning', () => {
    const filter = createRedactionFilter({ redactor: createRedactor(), profile: 'text' });
    const lines = privateKey(400)
      .split('\n')
      .map((line, index) => `${JSON.stringify({ msg: line, seq: index + 1000 })}\n`);
    const output = lines.slice(0, 100).map((line) => filter.push(line));
    expect(output.join('').split('\n').length).toBeGreaterThan(90);
    filter.end();
  });
});
