import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MIGRATION_FOLDER } from '@codex-proxy/observability';
import { codexBinary } from '@codex-proxy/proxy';
import { z } from 'zod';
import { PROTOCOL_SUBSET, type ProtocolUnion } from './subset.ts';

export const PROTOCOL_SCHEMA_PATH = `${MIGRATION_FOLDER}/app-server-protocol.schema.json`;

const node = z.record(z.string(), z.unknown());
const definitions = z.record(z.string(), node);
const bundle = z.looseObject({ definitions });
const variant = z.looseObject({
  properties: z.looseObject({ method: z.object({ enum: z.tuple([z.string()]) }), params: node.optional() }),
});
const union = bundle.extend({ oneOf: z.array(variant) });

type Node = z.infer<typeof node>;
type Definitions = z.infer<typeof definitions>;

/**
 * The part of the app-server protocol that the proxy uses, as JSON Schema, cut out of what the installed binary prints: a definition a method,
 * and all that these refer to. Sentences of the protocol are left out; they are its own.
 * @throws Error when a method or a parameter of the table is not in the protocol any more.
 */
export function renderProtocolSchema(): string {
  const folder = mkdtempSync(join(tmpdir(), 'codex-protocol-'));
  try {
    execFileSync(codexBinary(undefined), ['app-server', 'generate-json-schema', '--experimental', '--out', folder]);
    const read = (file: string): unknown => JSON.parse(readFileSync(join(folder, `${file}.json`), 'utf8'));
    const second = bundle.parse(read('codex_app_server_protocol.v2.schemas')).definitions;
    const kept: Definitions = {};
    const methods: Record<string, Record<string, unknown>> = {};
    for (const name of Object.keys(PROTOCOL_SUBSET).filter((key): key is ProtocolUnion => key in PROTOCOL_SUBSET)) {
      const { oneOf, definitions: first } = union.parse(read(name));
      const all: Definitions = { ...second, ...first };
      methods[name] = {};
      for (const [method, fields] of Object.entries<readonly string[]>(PROTOCOL_SUBSET[name])) {
        const params = oneOf.find(({ properties }) => properties.method.enum[0] === method)?.properties.params ?? rawEvent(method, second);
        methods[name][method] = params;
        keep(params, fields, all, kept);
      }
    }
    const version = execFileSync(codexBinary(undefined), ['--version']).toString().trim();
    const schema = {
      $schema: 'http://json-schema.org/draft-07/schema#',
      title: `The app-server protocol as codex-proxy uses it, of ${version}`,
      methods,
      definitions: sorted(kept),
    };
    return `${JSON.stringify(schema, null, 1)}\n`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Raw events are kept out of the union: their types are found by their names. */
function rawEvent(method: string, all: Definitions): Node {
  const name = `${method.replace(/(?:^|\/)(\w)/g, (_, letter: string) => letter.toUpperCase())}Notification`;
  if (all[name] === undefined) throw new Error(`${method} is not in the protocol of the installed worker`);
  return { $ref: `#/definitions/${name}` };
}

/** Keeps what `params` refers to, and what that refers to; of its own properties only `fields`, if any are named. */
function keep(params: Node, fields: readonly string[], all: Definitions, kept: Definitions): void {
  const [own] = references(params);
  if (own === undefined) return;
  const whole = definition(own, all);
  const narrowed = fields.length === 0 ? whole : narrow(own, whole, fields);
  kept[own] = bare(narrowed);
  const waiting = references(narrowed);
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (kept[name] !== undefined) continue;
    const found = definition(name, all);
    kept[name] = bare(found);
    waiting.push(...references(found));
  }
}

function definition(name: string, all: Definitions): Node {
  const found = all[name];
  if (found === undefined) throw new Error(`${name} is not in the protocol of the installed worker`);
  return found;
}

function narrow(name: string, whole: Node, fields: readonly string[]): Node {
  const properties = node.parse(whole.properties);
  const missing = fields.filter((field) => !(field in properties));
  if (missing.length > 0) throw new Error(`${name} has no ${missing.join(', ')} any more`);
  const required = z.array(z.string()).default([]).parse(whole.required);
  return {
    ...whole,
    properties: Object.fromEntries(fields.map((field) => [field, properties[field]])),
    required: required.filter((field) => fields.includes(field)),
  };
}

function references(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(references);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === '$ref' && typeof inner === 'string' ? [inner.replace(/^.*\//, '')] : references(inner),
  );
}

/** Without sentences: only the key of a schema is one, a property may be called so. */
function bare(schema: Node): Node {
  return node.parse(
    JSON.parse(JSON.stringify(schema, (key, value: unknown) => (key === 'description' && typeof value === 'string' ? undefined : value))),
  );
}

function sorted(all: Definitions): Definitions {
  return Object.fromEntries(Object.entries(all).sort(([one], [other]) => one.localeCompare(other)));
}
