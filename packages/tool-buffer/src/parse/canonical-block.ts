import type { FormOfParameter, ParameterForm, ToolCall } from '../tool-call.ts';
import { escapeCharacterData } from './character-data.ts';
import { nameEnd } from './element.ts';
import { jsonText, parseJson } from './json.ts';
import { CONTAINERS } from './tool-block.ts';

const RESERVED: readonly string[] = [...CONTAINERS, 'use_tool'];

/**
 * The call as the clients of `obsidian-xml` expect it: the name, then an element a parameter. Where a parameter could not be read back
 * as it is, because its value is no string or its name no name of an element, one element `<args>` holds all as JSON.
 *
 * `parseToolBlock` reads it back as the same name and parameters, given the same `formOf`; the JSON text of the arguments may differ in
 * white space.
 */
export function canonicalBlock({ name, arguments: json, parameters }: ToolCall, formOf: FormOfParameter = () => undefined): string {
  const entries = Object.entries(parameters);
  const elements = entries.map(([key, value]) => element(key, value, formOf(name, key)));
  const lines = elements.every((line) => line !== undefined) ? elements : [`<args>${escapeCharacterData(json)}</args>`];
  return ['<use_tool>', `  <name>${escapeCharacterData(name)}</name>`, ...lines.map((line) => `  ${line}`), '</use_tool>'].join('\n');
}

function element(name: string, value: unknown, form: ParameterForm | undefined): string | undefined {
  if (name === '' || nameEnd(name, 0) < name.length || RESERVED.includes(name)) return undefined;
  const text = elementText(value, form);
  return text === undefined ? undefined : `<${name}>${escapeCharacterData(text)}</${name}>`;
}

/** What reads back as `value`, if that is simple to say. */
function elementText(value: unknown, form: ParameterForm = 'text'): string | undefined {
  if (form === 'text') return typeof value === 'string' ? value : undefined;
  if (form !== 'json') return Array.isArray(value) || value === null ? jsonText(value) : undefined;
  if (typeof value === 'string') return parseJson(value) === undefined ? value : undefined;
  return jsonText(value);
}
