import { z } from 'zod';

/** One part of a message, as far as scripts look at it. */
const contentPart = z.looseObject({ type: z.string(), text: z.string().optional(), image_url: z.string().optional() });

const inputItem = z.looseObject({
  type: z.string().optional(),
  role: z.string().optional(),
  content: z.union([z.string(), z.array(contentPart)]).nullish(),
});

const tool = z.looseObject({ type: z.string(), name: z.string().optional(), parameters: z.record(z.string(), z.unknown()).nullish() });

const body = z.looseObject({
  model: z.string(),
  stream: z.boolean().nullish(),
  instructions: z.string().nullish(),
  input: z.union([z.string(), z.array(inputItem)]),
  tools: z.array(tool).nullish(),
  reasoning: z.looseObject({ effort: z.string().nullish() }).nullish(),
  text: z
    .looseObject({ format: z.looseObject({ type: z.string(), schema: z.record(z.string(), z.unknown()).optional() }).nullish() })
    .nullish(),
});

export type InputItem = z.infer<typeof inputItem>;

/** What a script sees of `POST /responses`. */
export interface ProviderRequest {
  /** Counts from 0 over the life of the provider: a script that fails only the first request looks here. */
  readonly index: number;
  readonly model: string;
  readonly stream: boolean;
  readonly instructions: string;
  readonly input: readonly InputItem[];
  /** Text of the last message with the role `user`; empty when there is none. */
  readonly lastUserText: string;
  /** Images in that same message. */
  readonly imageCount: number;
  readonly toolNames: readonly string[];
  /** The schemas of the tools' parameters, by the name of the tool; empty ones for tools that have none. */
  readonly toolParameters: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  readonly effort: string | undefined;
  /** The schema that `text.format` demands, if it demands one. */
  readonly outputSchema: Readonly<Record<string, unknown>> | undefined;
}

/** Reads a parsed JSON body; `undefined` when it is not a request of the Responses API. */
export function readProviderRequest(index: number, value: unknown): ProviderRequest | undefined {
  const parsed = body.safeParse(value);
  if (!parsed.success) return undefined;
  const { model, stream, instructions, input, tools, reasoning, text } = parsed.data;
  const items = typeof input === 'string' ? [{ type: 'message', role: 'user', content: input }] : input;
  const question = items.findLast((item) => item.role === 'user');
  return {
    index,
    model,
    stream: stream ?? false,
    instructions: instructions ?? '',
    input: items,
    lastUserText: question === undefined ? '' : textOf(question),
    imageCount: question === undefined ? 0 : imagesOf(question),
    toolNames: (tools ?? []).map((entry) => entry.name ?? entry.type),
    toolParameters: new Map((tools ?? []).map((entry) => [entry.name ?? entry.type, entry.parameters ?? {}])),
    effort: reasoning?.effort ?? undefined,
    outputSchema: text?.format?.type === 'json_schema' ? (text.format.schema ?? {}) : undefined,
  };
}

/** All text of one item, its parts joined by line breaks. */
export function textOf(item: InputItem): string {
  if (typeof item.content === 'string') return item.content;
  return (item.content ?? []).flatMap((part) => part.text ?? []).join('\n');
}

export function imagesOf(item: InputItem): number {
  if (typeof item.content === 'string') return 0;
  return (item.content ?? []).filter((part) => part.type === 'input_image').length;
}
