/** What a content delta carries. */
export interface DeltaLine {
  readonly threadId: string;
  readonly itemId: string;
  readonly text: string;
}

/**
 * The frame exactly as the worker writes it, with a text that needs no unescaping. Whatever differs goes through
 * `JSON.parse`; this only saves it for the frame that arrives thousands of times a second.
 */
const DELTA =
  /^\{"method":"item\/agentMessage\/delta","params":\{"threadId":"([\w-]+)","turnId":"[\w-]+","itemId":"([\w-]+)","delta":"([^"\\\u0000-\u001f]*)"\}(?:,"emittedAtMs":(?:0|[1-9]\d*))?\}$/;

const DELTA_HEAD = '{"method":"item/agentMessage/delta"';

export function isDeltaLine(line: string): boolean {
  return line.startsWith(DELTA_HEAD);
}

/** @returns undefined when the frame is not of the plain form and must be parsed as JSON. */
export function parseDeltaLine(line: string): DeltaLine | undefined {
  const match = DELTA.exec(line);
  if (match === null) return undefined;
  const [, threadId = '', itemId = '', text = ''] = match;
  return { threadId, itemId, text };
}
