import { z } from 'zod';

/** A notification of the worker, as it stands on the wire. */
export interface WorkerNotification {
  readonly method: string;
  readonly params?: unknown;
}

const durationMs = z.number().nonnegative().nullish();
const itemStatus = z.enum(['inProgress', 'completed', 'failed', 'declined']);
const id = z.string();

const agentMessage = z.object({ type: z.literal('agentMessage'), id, text: z.string(), phase: z.string().nullish() });

const commandExecution = z.object({
  type: z.literal('commandExecution'),
  id,
  command: z.string(),
  status: itemStatus,
  commandActions: z.array(z.object({ type: z.string() })).catch([]),
  aggregatedOutput: z.string().nullish(),
  exitCode: z.int().nullish(),
  durationMs,
});

const fileChange = z.object({
  type: z.literal('fileChange'),
  id,
  status: itemStatus,
  changes: z.array(
    z.object({
      path: z.string(),
      kind: z.object({ type: z.enum(['add', 'delete', 'update']), move_path: z.string().nullish() }),
      diff: z.string(),
    }),
  ),
});

const mcpToolCall = z.object({
  type: z.literal('mcpToolCall'),
  id,
  server: z.string(),
  tool: z.string(),
  status: itemStatus,
  arguments: z.unknown(),
  result: z.unknown(),
  error: z.object({ message: z.string() }).nullish(),
  durationMs,
});

const dynamicToolCall = z.object({
  type: z.literal('dynamicToolCall'),
  id,
  tool: z.string(),
  status: itemStatus,
  arguments: z.unknown(),
  contentItems: z.unknown(),
  success: z.boolean().nullish(),
  durationMs,
});

const webSearch = z.object({ type: z.literal('webSearch'), id, query: z.string().catch('') });

const collabAgentToolCall = z.object({
  type: z.literal('collabAgentToolCall'),
  id,
  tool: z.string(),
  status: itemStatus,
  prompt: z.string().nullish(),
  agentsStates: z.unknown(),
});

/** The items that become events; others are none of its business. */
const itemSchema = z.discriminatedUnion('type', [
  agentMessage,
  commandExecution,
  fileChange,
  mcpToolCall,
  dynamicToolCall,
  webSearch,
  collabAgentToolCall,
]);
export type Item = z.infer<typeof itemSchema>;
export type ItemOf<T extends Item['type']> = Extract<Item, { type: T }>;

export const itemParamsSchema = z.object({ item: itemSchema, turnId: z.string() });

export const errorParamsSchema = z.object({
  turnId: z.string().nullish(),
  willRetry: z.boolean(),
  error: z.object({ message: z.string(), codexErrorInfo: z.union([z.string(), z.record(z.string(), z.unknown())]).nullish() }),
});
export type ErrorParams = z.infer<typeof errorParamsSchema>;
