import { OUTPUT_MODES, type ChatCompletionRequest, type OutputMode } from '@codex-proxy/contracts';
import {
  ToolTextStream,
  type AnswerToolCall,
  type ToolBufferEvents,
  type ToolTextOutput,
  type ToolTextStreamOptions,
} from '@codex-proxy/tool-buffer';
import { HttpError } from '../http/errors.ts';
import type { FunctionTool } from './client-tool.ts';
import { parameterForms } from './parameter-forms.ts';
import { offeredTools } from './tool-choice.ts';
import { workerToolName } from './tool-names.ts';

/** What the operator says of tool calls that a model writes as text. */
export type TextualToolSettings = Pick<
  ToolTextStreamOptions,
  'outputMode' | 'stopAfterTools' | 'stopAfterToolsMode' | 'stopAfterToolsGraceMs' | 'suppressTailAfterTools'
>;

/** The text of one answer, piece by piece. */
export type AnswerText = Pick<ToolTextStream, 'push' | 'release' | 'end'>;

/**
 * Reads the text of one answer: what is content, and what is a call.
 * @param hasCall Whether the answer has a call so far, written or not.
 */
export type ReadText = (output: ToolTextOutput, hasCall: () => boolean) => AnswerText;

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
 * How the text of the answer to `chat` is read. With `tools`, only those that the model is offered can be called, by the name that it is
 * shown or their own; with `tool_choice: "none"` there are no calls; without either, all that is written as a call is one. Parameters are
 * read as the tools declare them.
 * @throws HttpError `invalid_request` for tools that cannot be offered.
 * @param onCall Hears of each call after the answer has it.
 */
export function readTextOf(
  chat: ChatCompletionRequest,
  settings: TextualToolSettings,
  events: ToolBufferEvents,
  onCall?: (call: AnswerToolCall) => void,
): ReadText {
  if (chat.tool_choice === 'none') return plainText;
  const { tools } = offeredTools(chat);
  const declared = (chat.tools ?? []).length > 0;
  return (output, hasCall) =>
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
      ...(declared ? { toolNamed: toolNamed(tools), formOf: parameterForms(tools), callsOtherwise: true } : {}),
      ...(chat.parallel_tool_calls === false ? { isFull: hasCall } : {}),
      output: onCall === undefined ? output : heardBy(onCall, output),
      events,
    });
}

/** What a model is told not to write stays what it is. */
const plainText: ReadText = (output) => ({
  push: (text) => {
    if (text !== '') output.onContent(text);
  },
  release: () => undefined,
  end: () => undefined,
});

/** The client's name of an offered tool, by the one that the model is shown, else by itself. */
function toolNamed(tools: readonly FunctionTool[]): (written: string) => string | undefined {
  const names = tools.map((tool) => tool.function.name);
  const byWritten = new Map([...names.map((name) => [name, name] as const), ...names.map((name) => [workerToolName(name), name] as const)]);
  return (written) => byWritten.get(written);
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
