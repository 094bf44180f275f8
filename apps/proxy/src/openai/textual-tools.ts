import { OUTPUT_MODES, type ChatCompletionRequest, type OutputMode } from '@codex-proxy/contracts';
import {
  ToolTextStream,
  type AnswerToolCall,
  type ToolBufferEvents,
  type ToolTextOutput,
  type ToolTextStreamOptions,
} from '@codex-proxy/tool-buffer';
import { HttpError } from '../http/errors.ts';
import { jsonParameters } from './json-parameters.ts';

/** What the operator says of tool calls that a model writes as text. */
export type TextualToolSettings = Pick<
  ToolTextStreamOptions,
  'outputMode' | 'stopAfterTools' | 'stopAfterToolsMode' | 'stopAfterToolsGraceMs' | 'suppressTailAfterTools'
>;

/** Reads the text of one answer: what is content, and what is a call. */
export type ReadText = (output: ToolTextOutput) => ToolTextStream;

export const OUTPUT_MODE_HEADER = 'x-proxy-output-mode';

/**
 * The output mode that the request's header asks for, else the operator's.
 * @throws HttpError `invalid_request` when the header names none.
 */
export function outputModeOf(header: string | readonly string[] | undefined, fallback: OutputMode): OutputMode {
  if (header === undefined) return fallback;
  const mode = OUTPUT_MODES.find((known) => known === header);
  if (mode !== undefined) return mode;
  throw new HttpError('invalid_request', `The header ${OUTPUT_MODE_HEADER} must be one of ${OUTPUT_MODES.join(', ')}.`, {
    param: OUTPUT_MODE_HEADER,
  });
}

/**
 * How the text of the answer to `chat` is read. Parameters which its tools declare to be no strings are read as JSON.
 * @param onCall Hears of each call after the answer has it.
 */
export function readTextOf(
  chat: ChatCompletionRequest,
  settings: TextualToolSettings,
  events: ToolBufferEvents,
  onCall?: (call: AnswerToolCall) => void,
): ReadText {
  const isJsonParameter = jsonParameters(chat.tools ?? []);
  return (output) =>
    new ToolTextStream({
      ...settings,
      // The buffer's own bound.
      maxBlockChars: 0,
      newId: () => crypto.randomUUID().replaceAll('-', ''),
      schedule: (callback, delayMs) => {
        if (delayMs === Infinity) return () => undefined;
        const timer = setTimeout(callback, delayMs);
        return () => {
          clearTimeout(timer);
        };
      },
      isJsonParameter,
      output: onCall === undefined ? output : heardBy(onCall, output),
      events,
    });
}

function heardBy(onCall: (call: AnswerToolCall) => void, output: ToolTextOutput): ToolTextOutput {
  return {
    onContent: (content) => output.onContent(content),
    onToolCall: (call) => {
      output.onToolCall(call);
      onCall(call);
    },
    onStop: () => output.onStop(),
  };
}
