import { createRedactor } from '@codex-proxy/redaction';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findAlert } from '../src/evidence/alert-rule.ts';
import { createManifest } from '../src/evidence/bundle.ts';
import { createCollector } from '../src/evidence/capture.ts';
import { createScrubber } from '../src/evidence/scrubber.ts';
import { writeBundle } from '../src/evidence/write-bundle.ts';
import { temporaryFolder } from './support/folder.ts';
import { githubToken } from './support/secrets.ts';

describe('a bundle', () => {
  it.each(['drill', 'drill.tar.gz', 'drill.tgz'])('called %s is not written over another', async (name) => {
    const folder = temporaryFolder();
    const out = join(folder, name);
    writeFileSync(out, 'mine');
    await expect(writeBundle(out, [{ path: 'a', text: 'b' }])).rejects.toThrow(`${out} is there already`);
    expect(readFileSync(out, 'utf8')).toBe('mine');
    expect(readdirSync(folder)).toEqual([name]);
  });

  it('that cannot be written whole leaves nothing', async () => {
    const folder = temporaryFolder();
    const twice = [
      { path: 'logs/a', text: '1' },
      { path: 'logs/a', text: '2' },
    ];
    await expect(writeBundle(join(folder, 'drill'), twice)).rejects.toMatchObject({ code: 'EEXIST' });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is made with the folders above it', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'a'));
    await writeBundle(join(folder, 'a', 'b', 'drill'), [{ path: 'logs/x', text: 'y' }]);
    expect(readFileSync(join(folder, 'a/b/drill/logs/x'), 'utf8')).toBe('y');
  });

  it('has a manifest with the digest of the bytes, and what is missing', () => {
    const collected = createCollector(() => 0);
    collected.add('a', 'GET /a', 'ä');
    collected.miss('b', 'no token');
    const head = { captured_at: '', finished_at: '', url: '', state_dir: '', request_id: null, alert: null };
    const { files, missing } = createManifest(head, collected.files, collected.missing);
    expect(files).toEqual([
      { path: 'a', source: 'GET /a', bytes: 2, captured_at: '1970-01-01T00:00:00.000Z', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
    expect(missing).toEqual([{ what: 'b', why: 'no token' }]);
  });
});

it('what goes in has lost secrets, content and the keys of the proxy', () => {
  const key = ['a', 'key', 'of', 'words'].join('-');
  const scrubber = createScrubber(createRedactor(), { hideTokens: (text) => text.replaceAll(key, '[redacted]') });
  const token = githubToken();
  const lines = scrubber.lines(`${JSON.stringify({ event: 'x', messages: ['Whales.'], error_message: `with ${token}` })}\nand ${key}\n`);
  expect(lines.split('\n')).toHaveLength(3);
  const document = scrubber.document({ note: `${token} and ${key}` });
  for (const hidden of [token, key, 'Whales']) expect(lines + document).not.toContain(hidden);
  expect(JSON.parse(document)).toEqual({ note: '[redacted:github_token] and [redacted]' });
});

describe('the rule of an alert', () => {
  it('comes with what it builds on, and names its families', () => {
    const { text, families } = findAlert('CodexErrorRatioHigh') ?? { text: '', families: [] };
    expect(text).toMatch(/^ *- alert: CodexErrorRatioHigh$/m);
    expect(text).toMatch(/^ *- record: job:codex_chat_error_ratio:rate5m$/m);
    expect(text).not.toContain('- alert: CodexWorkerRestartsFrequent');
    expect(families).toEqual(expect.arrayContaining(['codex_http_errors_total', 'codex_http_requests_total']));
  });

  it('is not there for a name that no rule has', () => expect(findAlert('Whales')).toBeUndefined());
});
