import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PROTOCOL_SCHEMA_PATH, renderProtocolSchema } from '@codex-proxy/reference-docs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';

const text = readFileSync(join(resolve(import.meta.dirname, '../../../..'), PROTOCOL_SCHEMA_PATH), 'utf8');

test('the committed schema is what the installed worker prints, cut to what is used', () => {
  expect(text).toBe(renderProtocolSchema());
});

describe('the schema', () => {
  const schema = JSON.parse(text);
  const ajv = new Ajv({ strict: false, validateFormats: false });
  const validator = (union: string, method: string) => ajv.compile({ ...schema.methods[union][method], definitions: schema.definitions });

  test('accepts what is sent to the worker, and refuses what is not', () => {
    const interrupt = validator('ClientRequest', 'turn/interrupt');
    expect(interrupt({ threadId: 't', turnId: 'u' })).toBe(true);
    expect(interrupt({ threadId: 't' })).toBe(false);
    const start = validator('ClientRequest', 'turn/start');
    expect(start({ threadId: 't', input: [{ type: 'text', text: 'hi', text_elements: [] }] })).toBe(true);
    expect(start({ threadId: 't', input: [{ type: 'poem' }] })).toBe(false);
  });

  test('has a definition for each reference', () => {
    const references = [...text.matchAll(/"\$ref": "#\/definitions\/([^"]+)"/g)].map(([, name = '']) => name);
    expect(references.length).toBeGreaterThan(50);
    for (const name of references) expect(schema.definitions, name).toHaveProperty([name]);
  });
});
