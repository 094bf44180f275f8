import type { ChatCompletionRequest } from '@codex-proxy/contracts';
import { HttpError } from '../http/errors.ts';
import type { FunctionTool } from './client-tool.ts';
import { workerToolName } from './tool-names.ts';

/** What of the client's tools a turn gets. */
export interface OfferedTools {
  readonly tools: readonly FunctionTool[];
  /** The worker knows no choice but `auto`: a demand goes to the model in words. Empty for none. */
  readonly instruction: string;
}

/** Whether an answer without a call is none. */
export function demandsCall({ tool_choice: choice }: ChatCompletionRequest): boolean {
  if (choice === undefined || choice === null || typeof choice === 'string') return choice === 'required';
  return choice.type === 'function' || choice.allowed_tools.mode === 'required';
}

/**
 * Which tools are offered, after OpenAI's `tools` and `tool_choice`.
 * @throws HttpError `invalid_request` for tools of one name, and for a choice that is not among them.
 */
export function offeredTools(request: ChatCompletionRequest): OfferedTools {
  const all = request.tools ?? [];
  refuseDoubles(all);
  const tools = chosen(all, request.tool_choice ?? 'auto');
  return { tools, instruction: demandsCall(request) ? demand(tools) : '' };
}

function chosen(tools: readonly FunctionTool[], choice: NonNullable<ChatCompletionRequest['tool_choice']>): readonly FunctionTool[] {
  if (choice === 'auto') return tools;
  if (choice === 'none') return [];
  if (choice === 'required') {
    if (tools.length === 0) throw refusal('tool_choice', 'it demands a call, but there are no tools');
    return tools;
  }
  const wanted = choice.type === 'function' ? [choice] : choice.allowed_tools.tools;
  const names = wanted.map((tool) => tool.function.name);
  const missing = names.find((name) => !tools.some((tool) => tool.function.name === name));
  if (missing !== undefined) throw refusal('tool_choice', `'${missing.slice(0, 64)}' is not among the tools`);
  return tools.filter((tool) => names.includes(tool.function.name));
}

function refuseDoubles(tools: readonly FunctionTool[]): void {
  const names = new Set<string>();
  for (const [
    index,
    {
      function: { name },
    },
  ] of tools.entries()) {
    if (names.has(name)) throw refusal(`tools[${String(index)}].function.name`, `there is another tool called '${name}'`);
    names.add(name);
  }
}

function demand(tools: readonly FunctionTool[]): string {
  const names = tools.map((tool) => `\`${workerToolName(tool.function.name)}\``).join(', ');
  return tools.length === 1 ? `Answer by calling the function ${names}.` : `Answer by calling one or more of the functions ${names}.`;
}

function refusal(param: string, why: string): HttpError {
  return new HttpError('invalid_request', `Invalid value for '${param}': ${why}.`, { param });
}
