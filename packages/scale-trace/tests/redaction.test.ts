import { createRedactor } from '@codex-proxy/redaction';
import { ScaleTrace, verifyArchive } from '@codex-proxy/scale-trace';
import { describe, expect, test } from 'vitest';
import { newAgentLogs, readJson, stamp, type AgentLogs } from './fixtures/agent-logs.ts';

// Made here, so that nothing in this file has the shape of a secret.
const token = (): string => ['ghp', 'a1B2c3D4e5'.repeat(4).slice(0, 36)].join('_');
const email = (): string => ['ann.smith', 'mail.example.com'].join('@');

const TABLE = `CREATE TABLE agent_logs (
  id INTEGER PRIMARY KEY AUTOINCREMENT, created_at TEXT NOT NULL, run_id TEXT, source TEXT, level TEXT, event TEXT, message TEXT,
  payload_json TEXT, prompt_text TEXT, "odd ""name" TEXT, api_key TEXT, bytes BLOB, number INTEGER, ratio REAL, extra_json TEXT,
  doubled TEXT GENERATED ALWAYS AS (message || message) STORED)`;

type Columns = Record<string, unknown>;

async function archived(logs: AgentLogs, row: Columns, options = {}): Promise<Columns> {
  const names = Object.keys(row).map((name) => `"${name.replaceAll('"', '""')}"`);
  const places = names.map(() => '?').join(', ');
  logs.database
    .prepare(`INSERT INTO agent_logs (created_at, ${names.join(', ')}) VALUES (?, ${places})`)
    .run(stamp(0), ...Object.values(row));
  const { archivedFilePath } = await ScaleTrace.archive(logs.path, logs.folder, options);
  await verifyArchive(archivedFilePath);
  return readJson(archivedFilePath).at(-1)!;
}

describe('a secret planted in', () => {
  const columns = [
    'run_id',
    'source',
    'level',
    'event',
    'message',
    'payload_json',
    'prompt_text',
    'odd "name',
    'api_key',
    'bytes',
    'extra_json',
  ];

  test.each(columns)('%s is in no archive', async (column) => {
    const logs = newAgentLogs(0, TABLE);
    const json = JSON.stringify({ deep: [{ text: `use ${token()}`, password: 'hunter2-hunter2' }] });
    const texts = column.endsWith('_json') ? [json, `{ "password" : "hunter2-hunter2" } ${token()}`, `{"a": "${token()}"}`] : [];
    for (const text of [...texts, `say ${token()} to ${email()}`, token()]) {
      for (const value of [text, Buffer.from(text)]) {
        const row = await archived(logs, { [column]: value });
        const found = JSON.stringify(row) + Buffer.from((row[column] as { $blob?: string }).$blob ?? '', 'base64').toString();
        expect(found).not.toContain(token());
        expect(found).not.toContain(email());
        expect(found).not.toContain('hunter2-hunter2');
        expect(found).toContain('[redacted:');
      }
    }
  });

  test('a generated column is not there either', async () => {
    const row = await archived(newAgentLogs(0, TABLE), { message: token() });
    expect(row['doubled']).not.toContain(token());
  });

  test('a column that names a secret is in none, whatever its value looks like', async () => {
    const logs = newAgentLogs(0, TABLE);
    expect((await archived(logs, { api_key: 'plain-old-words' }))['api_key']).toBe('[redacted:api_key]');
    expect((await archived(logs, { api_key: 'plain-old-words', message: 'fine' }))['message']).toBe('fine');
  });

  test('a column that an operator has rules for is in none', async () => {
    const expression = /ACME-\d{6}/;
    const rule = { id: 'acme', description: '', pattern: { literals: ['ACME-'], expression } };
    const redactor = createRedactor({ rules: [rule], secretKeys: ['ratio'] });
    const row = await archived(newAgentLogs(0, TABLE), { message: `of ${['ACME', '123456'].join('-')}`, ratio: 0.5 }, { redactor });
    expect(row).toMatchObject({ message: 'of [redacted:acme]', ratio: '[redacted:secret]' });
  });

  test('a number is in none', async () => {
    const logs = newAgentLogs(0, TABLE);
    const card = BigInt(['4111', '1111', '1111', '1111'].join(''));
    expect((await archived(logs, { number: card }))['number']).toMatch(/^\[redacted:/);
    expect((await archived(logs, { number: BigInt(`${card}0`) * 10n }))['number']).not.toBe(String(card));
    const long = BigInt(['5500', '0000', '0000', '0000', '004'].join(''));
    expect(JSON.stringify(await archived(logs, { number: long }))).toContain('number');
    const rule = { id: 'serial', description: '', pattern: { literals: ['9007'], expression: /9007\d{13,}/ } };
    const redactor = createRedactor({ rules: [rule] });
    expect((await archived(logs, { number: 900_799_254_740_993_123n }, { redactor }))['number']).toBe('[redacted:serial]');
  });
});

describe('what the redactor cannot judge', () => {
  const redactor = createRedactor();

  test('a row is in no archive but for its key', async () => {
    const row = await archived(
      newAgentLogs(0, TABLE),
      { message: 'fine', ratio: 0.5 },
      { redactor: { ...redactor, value: () => 'failed' } },
    );
    expect(row).toMatchObject({ id: 1, message: '[redacted:failed]', ratio: '[redacted:failed]', created_at: '[redacted:failed]' });
  });

  test('a JSON text that is none any more is kept as a text', async () => {
    const logs = newAgentLogs(0, TABLE);
    const cut = { ...redactor, json: () => '[redacted:cut' };
    expect((await archived(logs, { payload_json: '{"a":1}' }, { redactor: cut }))['payload_json']).toBe('"[redacted:cut"');
    expect((await archived(logs, { payload_json: 'no JSON' }, { redactor: cut }))['payload_json']).toBe('[redacted:cut');
  });
});

describe('what is no secret', () => {
  test('is kept as it is, in every type that SQLite knows', async () => {
    const logs = newAgentLogs(0, TABLE);
    const row = await archived(logs, {
      run_id: 'req_7',
      message: 'line\n"quoted" \u2028 \u{1F433} é',
      payload_json: '{"b": 1.50,  "a":[true,null]}',
      prompt_text: 'what do whales eat?',
      bytes: Buffer.from('bytes'),
      number: -42,
      ratio: 1.25,
      extra_json: null,
    });
    expect(row).toMatchObject({
      id: 1,
      created_at: stamp(0),
      run_id: 'req_7',
      message: 'line\n"quoted" \u2028 \u{1F433} é',
      payload_json: '{"b": 1.50,  "a":[true,null]}',
      prompt_text: 'what do whales eat?',
      bytes: { $blob: Buffer.from('bytes').toString('base64') },
      number: -42,
      ratio: 1.25,
      extra_json: null,
    });
    expect(Object.keys(row)).toEqual(
      logs.database
        .prepare('SELECT * FROM agent_logs')
        .columns()
        .map(({ name }) => name),
    );
  });

  test('of bytes that are no text, only the length is kept', async () => {
    expect((await archived(newAgentLogs(0, TABLE), { bytes: Buffer.from([0xff, 0xfe, 0x00]) }))['bytes']).toBe('[redacted:blob:3]');
  });

  test('what JSON has no number for is one all the same', async () => {
    const logs = newAgentLogs(0, TABLE);
    expect(await archived(logs, { ratio: Infinity })).toMatchObject({ ratio: Infinity });
    expect(await archived(logs, { ratio: -Infinity, number: 2n ** 62n })).toMatchObject({ ratio: -Infinity, number: 2 ** 62 });
  });

  test('a JSON text is one after redaction, too', async () => {
    const logs = newAgentLogs(0, TABLE);
    for (const text of [`{"a": 1, "a": "${token()}"}`, `{"k":"${token()}"}`, `"${token()}"`]) {
      const { payload_json: json } = await archived(logs, { payload_json: text });
      expect(() => void JSON.parse(String(json))).not.toThrow();
      expect(json).not.toContain(token());
    }
  });
});
