import type { ChatCompletionRequest } from '@codex-proxy/contracts';
import { HttpError } from '../http/errors.ts';
import type { FunctionTool } from './client-tool.ts';
import { workerToolName } from './tool-names.ts';

/** @throws HttpError `invalid_request` for parameters of a function that are no object, as at OpenAI. The worker would allow any without a word. */
export function refuseToolTypes(request: ChatCompletionRequest): void {
  for (const [index, tool] of (request.tools ?? []).entries()) {
    const type = tool.function.parameters?.['type'];
    if (type === undefined || [type].flat().includes('object')) continue;
    const param = parameterPath(index);
    throw new HttpError('invalid_request', `Invalid value for '${param}': its type must be "object".`, { param });
  }
}

/** How the worker refuses a schema, as measured with 0.169.0. */
const REFUSAL = /dynamic tool input schema is not supported for ([\w-]+):/;

/** Which parameter of the request the worker means in the message of a failure, if it is a tool's schema. */
export function refusedParameter(message: string, tools: readonly FunctionTool[]): string | undefined {
  const name = REFUSAL.exec(message)?.[1];
  const index = tools.findIndex((tool) => workerToolName(tool.function.name) === name);
  return index < 0 ? undefined : parameterPath(index);
}

function parameterPath(index: number): string {
  return `tools[${String(index)}].function.parameters`;
}
