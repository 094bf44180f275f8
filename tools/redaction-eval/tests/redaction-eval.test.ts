import { createRedactor } from '@codex-proxy/redaction';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { measureThroughput, readCorpus, renderTable, scoreCorpus } from '../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'redaction-eval-'));
afterAll(() => rmSync(folder, { recursive: true }));

const token = ['ghp', 'a1B2c3D4e5'.repeat(4).slice(0, 36)].join('_');
const odd = 'w'.repeat(3) + 'zq'.repeat(9);

const RECORDS = [
  { source: 'made', rule: 'found', kind: 'positive', text: `use ${token} now`, secrets: [token] },
  { source: 'made', rule: 'missed', kind: 'positive', text: `word ${odd}`, secrets: [odd] },
  { source: 'made', rule: 'kept', kind: 'negative', text: 'nothing here' },
  { source: 'made', rule: 'touched', kind: 'negative', text: 'password = "Tr0ub4dor&3"' },
  { source: 'made', rule: 'another', kind: 'negative', text: `has ${token}`, matched_by_other_rules: ['found'] },
  {
    source: 'made',
    class: 'request_id',
    kind: 'negative',
    key: 'request_id',
    value: 'req_1234567890',
    text: '{"request_id":"req_1234567890"}',
  },
  { source: 'made', class: 'password', kind: 'negative', key: 'password', value: 'short', text: '{"password":"short"}' },
];

function corpus(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('a corpus', () => {
  it('is read gzipped or plain, without negatives that hold a secret of another kind', () => {
    const plain = readCorpus(corpus('plain.json', JSON.stringify(RECORDS)));
    expect(plain).toHaveLength(RECORDS.length - 1);
    expect(readCorpus(corpus('packed.json.gz', gzipSync(JSON.stringify(RECORDS))))).toEqual(plain);
  });

  it('is refused when it is something else', () => {
    expect(() => readCorpus(corpus('object.json', '{}'))).toThrow(/array/);
    expect(() => readCorpus(corpus('odd.json', '[{"kind":"positive"}]'))).toThrow(/text or kind/);
  });
});

describe('a score', () => {
  const score = scoreCorpus(createRedactor(), readCorpus(corpus('score.json', JSON.stringify(RECORDS))));

  it('counts recall, touched negatives and damaged identifiers', () => {
    expect(score).toMatchObject({ positives: 2, recalled: 1, recall: 0.5, negatives: 2, touched: 1, identifiers: 2, damaged: 1 });
    expect(score).toMatchObject({ missedRules: ['missed'], touchedRules: ['touched'], damagedRules: ['password'] });
  });

  it('is rendered without a word of the corpus', () => {
    const throughput = measureThroughput(createRedactor(), readCorpus(join(folder, 'score.json')), {
      atLeastMs: 0,
      nowMs: () => performance.now(),
    });
    expect(throughput.texts).toBe(RECORDS.length - 1);
    const { cases, ...rest } = score;
    expect(cases).toHaveLength(3);
    const table = renderTable([{ corpus: 'score.json', score: rest, throughput }]);
    expect(table).toMatch(/score\.json +0\.5000/);
    expect(table).not.toContain(token);
  });
});

describe('the command', () => {
  const run = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, ['-C', '@codex-proxy/source', join(import.meta.dirname, '../src/main.ts'), ...args], { encoding: 'utf8' });

  it('prints JSON for each corpus', () => {
    const { status, stdout } = run('--json', '--seconds', '0', corpus('run.json', JSON.stringify(RECORDS)));
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([{ corpus: 'run.json', score: { positives: 2, recalled: 1 } }]);
    expect(stdout).not.toContain(token);
  });

  it('says how it is used, and what cannot be read', () => {
    expect(run()).toMatchObject({ status: 2, stdout: '' });
    expect(run(join(folder, 'nowhere.json'))).toMatchObject({ status: 1, stdout: '' });
  });
});
