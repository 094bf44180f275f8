import type { FormOfParameter, ParameterForm } from '@codex-proxy/tool-buffer';
import type { FunctionTool } from './client-tool.ts';
import { isObject } from './json-object.ts';

type Schema = Readonly<Record<string, unknown>>;

/** Deeper nothing is looked for. */
const MAX_DEPTH = 64;

/** How the parameters of the client's tools are to be read, as their schemas have it. A schema that allows strings is one of strings. */
export function parameterForms(tools: readonly FunctionTool[]): FormOfParameter {
  const byTool = new Map(tools.map(({ function: { name, parameters } }) => [name, new DeclaredForms(parameters ?? {})]));
  return (tool, parameter) => byTool.get(tool)?.of(parameter);
}

/** The forms of the parameters of one tool. */
class DeclaredForms {
  readonly #root: Schema;
  readonly #forms = new Map<string, ParameterForm | undefined>();

  constructor(root: Schema) {
    this.#root = root;
  }

  of(parameter: string): ParameterForm | undefined {
    if (this.#forms.has(parameter)) return this.#forms.get(parameter);
    const schema = this.#search(this.#root, ({ properties }) =>
      isObject(properties) && Object.hasOwn(properties, parameter) ? properties[parameter] : undefined,
    );
    const form = schema === undefined ? undefined : this.#formOf(schema);
    // What the model writes is kept only as far as the client declares it.
    if (schema !== undefined) this.#forms.set(parameter, form);
    return form;
  }

  #formOf(schema: Schema): ParameterForm | undefined {
    if (!this.#excludes(schema, 'string')) return this.#says(schema) ? 'text' : undefined;
    if (this.#excludes(schema, 'array')) return 'json';
    const items = this.#search(schema, (part) => part['items']);
    return items !== undefined && !this.#excludes(items, 'string') && this.#says(items) ? 'texts' : 'values';
  }

  /** Whether no value of the type `type` satisfies `schema`, so far as that shows. References that lead in a circle say nothing. */
  #excludes(schema: Schema, type: 'string' | 'array', known = new Map<Schema, boolean>(), depth = 0): boolean {
    const before = depth > MAX_DEPTH ? false : known.get(schema);
    if (before !== undefined) return before;
    known.set(schema, false);
    const below = (next: unknown): boolean => isObject(next) && this.#excludes(next, type, known, depth + 1);
    const { type: types, enum: values, const: value, anyOf, oneOf, allOf, $ref } = schema;
    const excluded =
      (types !== undefined && ![types].flat().includes(type)) ||
      (Array.isArray(values) && !values.some((one) => typeOf(one) === type)) ||
      (value !== undefined && typeOf(value) !== type) ||
      [anyOf, oneOf].some((branches) => Array.isArray(branches) && branches.length > 0 && branches.every(below)) ||
      (Array.isArray(allOf) && allOf.some(below)) ||
      ($ref !== undefined && below(target($ref, this.#root)));
    known.set(schema, excluded);
    return excluded;
  }

  /** Whether `schema` says anything of its values' type. */
  #says(schema: Schema): boolean {
    const said = ({ type, enum: values, const: value }: Schema): unknown => ((type ?? values ?? value) === undefined ? undefined : schema);
    return this.#search(schema, said) !== undefined;
  }

  /** What `find` finds first, in the schema or what it is put together of. */
  #search(schema: Schema, find: (schema: Schema) => unknown, seen = new Set<Schema>(), depth = 0): Schema | undefined {
    if (depth > MAX_DEPTH || seen.has(schema)) return undefined;
    seen.add(schema);
    const own = find(schema);
    if (isObject(own)) return own;
    for (const part of parts(schema, this.#root)) {
      const found = this.#search(part, find, seen, depth + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** The schemas that `schema` is put together of. */
function parts(schema: Schema, root: Schema): Schema[] {
  return [target(schema['$ref'], root), ...[schema['allOf'], schema['anyOf'], schema['oneOf']].flat()].filter(isObject);
}

/** What a reference within the schema points to, by RFC 6901. */
function target(reference: unknown, root: Schema): unknown {
  if (typeof reference !== 'string' || !reference.startsWith('#')) return undefined;
  let at: unknown = root;
  for (const step of reference.slice(1).split('/').slice(1)) {
    const key = decoded(step).replaceAll('~1', '/').replaceAll('~0', '~');
    at = typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? Reflect.get(at, key) : undefined;
  }
  return at;
}

function decoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}

function typeOf(value: unknown): string {
  return Array.isArray(value) ? 'array' : typeof value;
}
