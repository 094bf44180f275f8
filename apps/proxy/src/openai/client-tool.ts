import type { ChatCompletionRequest } from '@codex-proxy/contracts';
import type { ClientTool } from '@codex-proxy/worker';
import { losesMeaning } from './schema-loss.ts';
import { workerToolName } from './tool-names.ts';

export type FunctionTool = NonNullable<ChatCompletionRequest['tools']>[number];

/** What OpenAI makes of a function without parameters. */
const NO_PARAMETERS = { type: 'object', properties: {} };

/** A tool in the worker's terms. What the worker would forget of its schema, the model reads in its description. */
export function clientTool({ function: { name, description, parameters } }: FunctionTool): ClientTool {
  const inputSchema = parameters ?? NO_PARAMETERS;
  const schema = losesMeaning(inputSchema) ? `JSON Schema of the parameters: ${JSON.stringify(inputSchema)}` : '';
  return {
    name: workerToolName(name),
    description: [description ?? '', schema].filter((part) => part !== '').join('\n\n'),
    inputSchema,
  };
}
