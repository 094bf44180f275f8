import { isObject } from './json-object.ts';
import type { FunctionTool } from './client-tool.ts';

/** Which parameters of the client's tools are declared to be something else than strings. */
export function jsonParameters(tools: readonly FunctionTool[]): (tool: string, parameter: string) => boolean {
  const byTool = new Map(tools.map(({ function: { name, parameters } }) => [name, propertiesOf(parameters)]));
  return (tool, parameter) => {
    const properties = byTool.get(tool);
    const schema = properties !== undefined && Object.hasOwn(properties, parameter) ? properties[parameter] : undefined;
    return isObject(schema) && schema['type'] !== undefined && !mayBeString(schema['type']);
  };
}

function propertiesOf(schema: unknown): Readonly<Record<string, unknown>> {
  return isObject(schema) && isObject(schema['properties']) ? schema['properties'] : {};
}

function mayBeString(type: unknown): boolean {
  return type === 'string' || (Array.isArray(type) && type.includes('string'));
}
