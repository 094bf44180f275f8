import { textOf, type ProviderRequest } from '../request/provider-request.ts';
import type { ProviderFunctionCall } from './provider-script.ts';
import { sampleSchema } from './schema-sample.ts';

/** Tools that the worker itself has, where it has any: the demo gives it nothing to do. */
const OF_THE_WORKER =
  /^(exec_command|write_stdin|shell|shell_command|local_shell|apply_patch|update_plan|view_image|web_search.*|spawn_agent.*)$/;

/** The sentence by which a proxy demands a call. */
const DEMAND = /Answer by calling (?:the function|one or more of the functions) `([\w-]+)`/;

const SHORTEST_WORD = 4;

/**
 * The call of a tool that the question has a word of, such as "weather" of `get_weather`, or that is demanded; none once tools have answered.
 * Free texts among the arguments are the last word of the question.
 */
export function demoToolCall(request: ProviderRequest): ProviderFunctionCall | undefined {
  const { lastUserText, toolParameters } = request;
  if (toolOutputs(request).length > 0) return undefined;
  const names = [...toolParameters.keys()].filter((name) => !OF_THE_WORKER.test(name));
  const asked = new Set(words(lastUserText).map((word) => word.toLowerCase()));
  const name = names.find((one) => nameWords(one).some((word) => asked.has(word))) ?? names.find((one) => one === demanded(request));
  const parameters = name === undefined ? undefined : toolParameters.get(name);
  if (name === undefined || parameters === undefined) return undefined;
  return { name, arguments: JSON.stringify(sampleSchema({ type: 'object', ...parameters }, words(lastUserText).at(-1) ?? 'demo')) };
}

/** What the tools said that the model has not answered yet. */
export function toolOutputs({ input }: ProviderRequest): string[] {
  const after = input.findLastIndex((item) => item.type !== 'function_call_output');
  return input.slice(after + 1).map((item) => (typeof item['output'] === 'string' ? item['output'] : ''));
}

function demanded({ input, instructions }: ProviderRequest): string | undefined {
  const said = input.filter((item) => item.role === 'developer' || item.role === 'system').map(textOf);
  return DEMAND.exec([instructions, ...said].join('\n'))?.[1];
}

function nameWords(name: string): string[] {
  return name
    .split(/[^A-Za-z]+|(?<=[a-z])(?=[A-Z])/)
    .map((word) => word.toLowerCase())
    .filter((word) => word.length >= SHORTEST_WORD);
}

function words(text: string): string[] {
  return text.match(/[\p{L}\p{N}]+/gu) ?? [];
}
