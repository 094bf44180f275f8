import { CLOSE, closeTagEnd, isSelfClosing, isWhiteSpace, openTagEnd } from '../scan/tag.ts';
import type { IsJsonParameter, ToolCall } from '../tool-call.ts';
import { characterData } from './character-data.ts';
import { attributeName, readElements, type Element, type ElementProblem } from './element.ts';
import { isRecord, parseJson } from './json.ts';
import { trimWhiteSpace } from './white-space.ts';

/**
 * Why a block is no call: not one `<use_tool>…</use_tool>`; no name of a tool, or one with white space, markup or more than 128
 * characters; text where an element should be; an element without an end; one parameter twice; an object of parameters that is
 * no JSON; such an object and other parameters beside it.
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

interface Parameter {
  readonly name: string;
  readonly value: unknown;
  /** The value as JSON text. */
  readonly json: string;
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
 *   `argument`, `arg`), whose values are strings, as {@link characterData} reads them, unless `isJson` says otherwise;
 * - or the block is a JSON object with `name` and an object `arguments` or `parameters`.
 *
 * Never throws; takes time linear in the block.
 */
export function parseToolBlock(block: string, isJson: IsJsonParameter = () => false): ParsedToolBlock {
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
  const problem = collect(others, parameters, (parameter) => isJson(name, parameter), true);
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
  if (!isRecord(given)) return { malformed: 'invalid_json' };
  const json = jsonText(given);
  return json === undefined ? { malformed: 'invalid_json' } : toolCall(name, { list: [], whole: { json, value: given } });
}

function collect(
  elements: readonly Element[],
  parameters: Parameters,
  isJson: (parameter: string) => boolean,
  atTop: boolean,
): MalformedReason | undefined {
  for (const element of elements) {
    const { tag, name, raw } = element;
    const problem =
      atTop && name === undefined && CONTAINERS.includes(tag)
        ? collectContainer(element, parameters, isJson)
        : void parameters.list.push(parameter(name !== undefined && NAMED_PARAMETERS.includes(tag) ? name : tag, raw, isJson));
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function collectContainer({ tag, raw }: Element, parameters: Parameters, isJson: (name: string) => boolean): MalformedReason | undefined {
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
  if (typeof elements !== 'string') return collect(elements, parameters, isJson, false);
  // A parameter may well be called as the containers are: `<args>-la</args>`.
  parameters.list.push(parameter(tag, raw, isJson));
  return undefined;
}

function parameter(name: string, raw: string, isJson: (name: string) => boolean): Parameter {
  const text = characterData(raw);
  const value = isJson(name) ? parseJson(text) : undefined;
  return value === undefined ? { name, value: text, json: JSON.stringify(text) } : { name, value, json: text };
}

function toolCall(name: string, { list, whole }: Parameters): ParsedToolBlock {
  if (name === '') return { malformed: 'no_name' };
  if (!TOOL_NAME.test(name)) return { malformed: 'invalid_name' };
  if (whole !== undefined) {
    if (list.length > 0) return { malformed: 'ambiguous_parameters' };
    return { name, arguments: whole.json, parameters: whole.value };
  }
  const parameters = Object.fromEntries(list.map((each) => [each.name, each.value]));
  if (list.length > 1 && Object.keys(parameters).length < list.length) return { malformed: 'duplicate_parameter' };
  let json = '';
  for (const each of list) json += `${json === '' ? '' : ','}${JSON.stringify(each.name)}:${each.json}`;
  return { name, arguments: `{${json}}`, parameters };
}

/** Undefined for what is nested too deep to be written. */
function jsonText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
