import { chatCompletionRequestSchema, type ChatCompletionRequest } from '@codex-proxy/contracts';
import type { TurnRequest } from '@codex-proxy/worker';
import type { z } from 'zod';
import { HttpError } from '../http/errors.ts';
import { refuseUnsupported } from './parameters.ts';
import { clientTool } from './client-tool.ts';
import { refuseToolTypes } from './refused-tool.ts';
import { offeredTools } from './tool-choice.ts';
import { refuseUnpairedCalls } from './tool-messages.ts';
import { translateMessages } from './translate-messages.ts';
import { refuseUnsendable } from './unsendable.ts';

/**
 * Validates a parsed body.
 * @throws HttpError `model_required` or `invalid_request`, with the field in `param`.
 */
export function parseChatRequest(body: unknown): ChatCompletionRequest {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new HttpError('invalid_request', 'The body must be a JSON object.');
  }
  if (!('model' in body) || body.model === null || body.model === '') {
    throw new HttpError('model_required', 'You must provide a model parameter.', { param: 'model' });
  }
  const parsed = chatCompletionRequestSchema.safeParse(body);
  if (!parsed.success) throw invalid(parsed.error);
  refuseUnsupported(parsed.data);
  refuseUnsendable(parsed.data);
  refuseToolTypes(parsed.data);
  refuseUnpairedCalls(parsed.data.messages);
  return parsed.data;
}

function invalid(error: z.ZodError): HttpError {
  const issue = deepest(error.issues[0]);
  if (issue === undefined) return new HttpError('invalid_request', 'The request is malformed.');
  const param = issue.path
    .map((step, index) => (typeof step === 'number' ? `[${String(step)}]` : index === 0 ? String(step) : `.${String(step)}`))
    .join('');
  return new HttpError('invalid_request', `Invalid value for '${param}': ${issue.message}.`, { param });
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** A union says only that no branch fits; the branch that got furthest says why. */
function deepest(issue: z.core.$ZodIssue | undefined): Issue | undefined {
  if (issue?.code !== 'invalid_union') return issue;
  const inner = issue.errors.map((branch) => deepest(branch[0])).filter((found) => found !== undefined);
  const best = inner.sort((a, b) => b.path.length - a.path.length)[0];
  return best === undefined || best.path.length === 0 ? issue : { path: [...issue.path, ...best.path], message: best.message };
}

const JSON_OBJECT_INSTRUCTION = 'Answer with one valid JSON object and nothing else.';

/**
 * The turn that answers `request`.
 * @throws HttpError `invalid_request` for tools that cannot be offered.
 */
export function toTurnRequest(request: ChatCompletionRequest): TurnRequest {
  const conversation = translateMessages(request.messages);
  const format = request.response_format;
  const { tools, instruction } = offeredTools(request);
  const instructions = [conversation.instructions, format?.type === 'json_object' ? JSON_OBJECT_INSTRUCTION : '', instruction];
  return {
    model: request.model,
    instructions: instructions.filter((part) => part !== '').join('\n\n'),
    history: conversation.history,
    input: conversation.input,
    effort: request.reasoning_effort ?? undefined,
    outputSchema: format?.type === 'json_schema' ? format.json_schema.schema : undefined,
    tools: tools.length === 0 ? undefined : tools.map(clientTool),
    parallelToolCalls: request.parallel_tool_calls ?? undefined,
  };
}
