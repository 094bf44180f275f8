import { CLOSE, closeTagEnd, isSelfClosing, isWhiteSpace, openTagEnd } from '../scan/tag.ts';
import type { FormOfParameter, ParameterForm, ToolCall } from '../tool-call.ts';
import { characterData } from './character-data.ts';
import { attributeName, readElements, type Element, type ElementProblem } from './element.ts';
import { isRecord, jsonText, parseJson } from './json.ts';
import { trimWhiteSpace } from './white-space.ts';

/**
 * Why a block is no call: not one `<use_tool>…</use_tool>`; no name of a tool, or one with white space, markup or more than 128
 * characters; text where an element should be; an element without an end; one parameter twice that is declared to be no list; an object
 * of parameters that is no JSON; such an object and other parameters beside it.
 */
export type MalformedReason =
  'not_a_block' | 'no_name' | 'invalid_name' | ElementProblem | 'duplicate_parameter' | 'invalid_json' | 'ambiguous_parameters';

export type ParsedToolBlock = ToolCall | { readonly malformed: MalformedReason };

/** The elements that hold all parameters; see {@link CONTAINERS} for which of them may. */
export const CONTAINERS: readonly string[] = ['parameters', 'arguments', 'args', 'parameter'];
/** The elements whose attribute `name` names a parameter. */
const NAMED_PARAMETERS: readonly string[] = ['param', 'parameter', 'arg', 'argument'];
const TOOL_NAMES: readonly string[] = ['name', 'tool_name'];
const TOOL_NAME = /^[^\s\0-\x1f\x7f-\x9f<>&"']{1,128}$/;

const FEW = 8;

type FormOf = (parameter: string) => ParameterForm | undefined;

interface Parameter {
  readonly name: string;
  readonly value: unknown;
  /** The value as JSON text. */
  readonly json: string;
  readonly form: ParameterForm | undefined;
}

/** What a block holds besides the name of the tool. */
interface Parameters {
  readonly list: Parameter[];
  /** The JSON object that holds them all. */
  whole?: { readonly json: string; readonly value: Record<string, unknown> };
}

/**
 * Reads a block. The name of the tool is the attribute `name` of `<use_tool>`, else the first element `<name>` or `<tool_name>`.
 * The parameters are
 * - a JSON object in `<parameters>`, `<arguments>`, `<args>` or `<parameter>`; or, where the name is an attribute, in the block itself;
 * - or elements, in one of those or beside the name: `<city>Oslo</city>` or `<param name="city">Oslo</param>` (also `parameter`,
 *   `argument`, `arg`), whose values are strings, as {@link characterData} reads them, unless `formOf` says otherwise; one that comes
 *   several times is a list;
 * - or the block is a JSON object with `name` and an object `arguments` or `parameters`, or its JSON as a string.
 *
 * Never throws; takes time linear in the block.
 */
export function parseToolBlock(block: string, formOf: FormOfParameter = () => undefined): ParsedToolBlock {
  const openEnd = openTagEnd(block, 0);
  if (openEnd < 0) return { malformed: 'not_a_block' };
  const attribute = attributeName(block.slice(0, openEnd));
  const body = bodyOf(block, openEnd);
  if (body === undefined) return { malformed: 'not_a_block' };
  if (body.startsWith('{')) return jsonCall(body, attribute);
  const elements = readElements(body);
  if (typeof elements === 'string') return { malformed: elements };
  const nameAt = attribute === undefined ? elements.findIndex(({ tag, name }) => name === undefined && TOOL_NAMES.includes(tag)) : -1;
  const name = attribute ?? characterData(elements[nameAt]?.raw ?? '');
  const parameters: Parameters = { list: [] };
  const others = nameAt < 0 ? elements : elements.toSpliced(nameAt, 1);
  const problem = collect(others, parameters, (parameter) => formOf(name, parameter), true);
  return problem === undefined ? toolCall(name, parameters) : { malformed: problem };
}

function bodyOf(block: string, openEnd: number): string | undefined {
  if (isSelfClosing(block, openEnd)) return openEnd === block.length ? '' : undefined;
  let close = block.length - 1;
  while (isWhiteSpace(block.charCodeAt(close - 1))) close -= 1;
  close -= CLOSE.length;
  if (close < openEnd || closeTagEnd(block, close) !== block.length) return undefined;
  return trimWhiteSpace(block.slice(openEnd, close));
}

function jsonCall(body: string, attribute: string | undefined): ParsedToolBlock {
  const value = parseJson(body);
  if (!isRecord(value)) return { malformed: 'invalid_json' };
  if (attribute !== undefined) return toolCall(attribute, { list: [], whole: { json: body, value } });
  const { name, arguments: given = value['parameters'] ?? {} } = value;
  if (typeof name !== 'string') return { malformed: 'no_name' };
  // A string that holds the JSON is how OpenAI's messages have it.
  const held = typeof given === 'string' ? parseJson(given) : given;
  const json = typeof given === 'string' ? given : jsonText(given);
  if (!isRecord(held) || json === undefined) return { malformed: 'invalid_json' };
  return toolCall(name, { list: [], whole: { json, value: held } });
}

function collect(elements: readonly Element[], parameters: Parameters, formOf: FormOf, atTop: boolean): MalformedReason | undefined {
  for (const element of elements) {
    const { tag, name, raw } = element;
    const problem =
      atTop && name === undefined && CONTAINERS.includes(tag)
        ? collectContainer(element, parameters, formOf)
        : void parameters.list.push(parameter(name !== undefined && NAMED_PARAMETERS.includes(tag) ? name : tag, raw, formOf));
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function collectContainer({ tag, raw }: Element, parameters: Parameters, formOf: FormOf): MalformedReason | undefined {
  const text = characterData(raw);
  if (text === '') return undefined;
  if (text.startsWith('{')) {
    for (const json of [text, trimWhiteSpace(raw)]) {
      const value = parseJson(json);
      if (!isRecord(value)) continue;
      if (parameters.whole !== undefined) return 'ambiguous_parameters';
      parameters.whole = { json, value };
      return undefined;
    }
    return 'invalid_json';
  }
  const elements = readElements(raw);
  if (typeof elements !== 'string') return collect(elements, parameters, formOf, false);
  // A parameter may well be called as the containers are: `<args>-la</args>`.
  parameters.list.push(parameter(tag, raw, formOf));
  return undefined;
}

function parameter(name: string, raw: string, formOf: FormOf): Parameter {
  const text = characterData(raw);
  const form = formOf(name);
  const value = form === undefined || form === 'text' ? undefined : parseJson(text);
  // Of a list of strings, what is no list is an item, to the letter.
  const isText = value === undefined || (form === 'texts' && !isWhole(value));
  return isText ? { name, form, value: text, json: JSON.stringify(text) } : { name, form, value, json: text };
}

function toolCall(name: string, { list, whole }: Parameters): ParsedToolBlock {
  if (name === '') return { malformed: 'no_name' };
  if (!TOOL_NAME.test(name)) return { malformed: 'invalid_name' };
  if (whole !== undefined) {
    if (list.length > 0) return { malformed: 'ambiguous_parameters' };
    return { name, arguments: whole.json, parameters: whole.value };
  }
  const found = isPlain(list) ? list : joinRepeated(list);
  if (found === undefined) return { malformed: 'duplicate_parameter' };
  const parameters: Record<string, unknown> = {};
  let json = '';
  for (const each of found) {
    if (each.name === '__proto__') defineProto(parameters, each.value);
    else parameters[each.name] = each.value;
    json += `${json === '' ? '' : ','}${JSON.stringify(each.name)}:${each.json}`;
  }
  return { name, arguments: `{${json}}`, parameters };
}

/** A property, where an assignment would set the prototype. */
function defineProto(parameters: Record<string, unknown>, value: unknown): void {
  Object.defineProperty(parameters, '__proto__', { value, enumerable: true, configurable: true, writable: true });
}

/** Whether each parameter comes once, and is what it is. Of few, that is soon seen. */
function isPlain(list: readonly Parameter[]): boolean {
  if (list.length > FEW) return false;
  return list.every((each, at) => !isItem(each) && (at === 0 || list.findIndex(({ name }) => name === each.name) === at));
}

/** The parameters, those that come several times or are items as lists, in the order of their first elements; undefined where one is no list. */
function joinRepeated(list: readonly Parameter[]): readonly Parameter[] | undefined {
  const byName = new Map<string, [Parameter, ...Parameter[]]>();
  for (const each of list) {
    const same = byName.get(each.name);
    if (same === undefined) byName.set(each.name, [each]);
    else if (each.form === 'text' || each.form === 'json') return undefined;
    else same.push(each);
  }
  return Array.from(byName.values(), (same) => (same.length === 1 && !isItem(same[0]) ? same[0] : joined(same)));
}

/** Whether an element of a list is an item of it, rather than the list. */
function isItem({ form, value }: Parameter): boolean {
  return (form === 'texts' || form === 'values') && !isWhole(value);
}

function isWhole(value: unknown): boolean {
  return Array.isArray(value) || value === null;
}

function joined(same: readonly [Parameter, ...Parameter[]]): Parameter {
  const [{ name, form }] = same;
  // What looks like a list among strings is a string.
  const items = same.map(({ value, json }) =>
    form === 'texts' && isWhole(value) ? { value: json, json: JSON.stringify(json) } : { value, json },
  );
  return { name, form, value: items.map(({ value }) => value), json: `[${items.map(({ json }) => json).join(',')}]` };
}
