import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2019, type ValidateFunction } from 'ajv/dist/2019.js';
import { codexBinary } from './codex-binary.ts';

type Union = 'ClientRequest' | 'ClientNotification' | 'ServerRequest' | 'ServerNotification';

interface Variant {
  readonly properties: { readonly method: { readonly enum: readonly [string] }; readonly params: { readonly $ref: string } };
}

interface Definition {
  readonly required?: readonly string[];
  readonly anyOf?: readonly { readonly enum?: readonly string[]; readonly required?: readonly string[] }[];
}

type Definitions = Readonly<Record<string, Definition>>;

/** The protocol of the installed binary, as the binary itself prints it. */
export class CodexProtocol {
  readonly #folder = mkdtempSync(join(tmpdir(), 'codex-protocol-'));
  readonly #validators = new Map<string, ValidateFunction>();

  constructor() {
    for (const kind of ['ts', 'json-schema']) {
      execFileSync(codexBinary(), ['app-server', `generate-${kind}`, '--experimental', '--out', join(this.#folder, kind)]);
    }
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }

  methods(union: Union): string[] {
    return Array.from(this.#read('ts', `${union}.ts`).matchAll(/"method": "([^"]+)"/g), (match) => match[1] ?? '');
  }

  /** A type of the second version, by its name. */
  definition(name: string): Definition {
    return this.#bundle()[name] ?? {};
  }

  /** Properties that an answer always has, by the name of its file. */
  required(file: string): readonly string[] {
    const schema: Definition = JSON.parse(this.#read('json-schema', `${file}.json`));
    return schema.required ?? [];
  }

  /** What is wrong with a frame of `union`, keys that the protocol does not know included. */
  problemsOfFrame(union: Union, frame: { readonly method: string }): string[] {
    return this.#problems(`${union} ${frame.method}`, frame, () => {
      const { definitions, oneOf } = this.#union(union);
      // Of all the branches, only the one in question: compiling the others takes seconds.
      return { definitions, anyOf: [false, ...oneOf.filter((one) => one.properties.method.enum[0] === frame.method)] };
    });
  }

  /** What is wrong with a value of a type of the second version. */
  problemsOfType(name: string, value: unknown): string[] {
    return this.#problems(name, value, () => ({ definitions: this.#bundle(), $ref: `#/definitions/${name}` }));
  }

  /** What is wrong with an answer to a request of the worker. Where its parameters are called `XParams`, the answer is `XResponse`. */
  problemsOfAnswer(method: string, answer: unknown): string[] {
    const found = this.#union('ServerRequest').oneOf.find((one) => one.properties.method.enum[0] === method);
    const name = /(\w+)Params$/.exec(found?.properties.params.$ref ?? '')?.[1];
    if (name === undefined) return [`${method} is no server request`];
    return this.#problems(method, answer, () => JSON.parse(this.#read('json-schema', `${name}Response.json`)));
  }

  #union(union: Union): { readonly definitions: Definitions; readonly oneOf: readonly Variant[] } {
    return JSON.parse(this.#read('json-schema', `${union}.json`));
  }

  #bundle(): Definitions {
    return JSON.parse(this.#read('json-schema', 'codex_app_server_protocol.v2.schemas.json')).definitions;
  }

  #problems(key: string, value: unknown, schema: () => object): string[] {
    let validate = this.#validators.get(key);
    if (validate === undefined) {
      const { $schema: _, ...rest } = Object.fromEntries(Object.entries(schema()));
      validate = new Ajv2019({ strict: false, validateFormats: false }).compile(Object(closed(rest, false)));
      this.#validators.set(key, validate);
    }
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message, params }) => `${instancePath} ${message ?? ''} ${JSON.stringify(params)}`);
  }

  #read(kind: string, file: string): string {
    return readFileSync(join(this.#folder, kind, file), 'utf8');
  }
}

/** The schema with every object closed that says which properties it has, and does not say that it has others. */
function closed(node: unknown, closedOutside: boolean): unknown {
  if (Array.isArray(node)) return node.map((one: unknown) => closed(one, closedOutside));
  if (typeof node !== 'object' || node === null) return node;
  const closes = 'properties' in node && !('additionalProperties' in node);
  const entries = Object.entries(node).map(([key, value]) => [
    key,
    // Branches that add to the properties beside them cannot see those.
    closed(value, ['anyOf', 'oneOf', 'allOf'].includes(key) && (closes || closedOutside)),
  ]);
  return { ...Object.fromEntries(entries), ...(closes && !closedOutside ? { unevaluatedProperties: false } : {}) };
}
