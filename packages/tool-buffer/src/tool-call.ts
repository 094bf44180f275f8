/** A call of a tool, as a block says it. */
export interface ToolCall {
  readonly name: string;
  /** The parameters as JSON text: where an element holds them as JSON, that very text, so that no number loses a digit. */
  readonly arguments: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/**
 * Whether a parameter that has an element of its own is to be read as JSON, because the client declares it to be a number, a boolean,
 * an array or an object. A text that is no JSON is a string all the same. Default: no parameter, all are strings.
 */
export type IsJsonParameter = (tool: string, parameter: string) => boolean;
