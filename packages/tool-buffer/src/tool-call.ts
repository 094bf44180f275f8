/** A call of a tool, as a block says it. */
export interface ToolCall {
  readonly name: string;
  /** The parameters as JSON text: where an element holds them as JSON, that very text, so that no number loses a digit. */
  readonly arguments: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/**
 * How a parameter that has elements of its own is read:
 * - `text`: a string;
 * - `json`: JSON, such as a number, a boolean or an object; what is no JSON is a string all the same;
 * - `texts`, `values`: a list, of strings or of JSON: either JSON in one element, or an element an item.
 */
export type ParameterForm = 'text' | 'json' | 'texts' | 'values';

/** What the client declares of a parameter; undefined if nothing: a string, or a list of strings where its element is repeated. */
export type FormOfParameter = (tool: string, parameter: string) => ParameterForm | undefined;
