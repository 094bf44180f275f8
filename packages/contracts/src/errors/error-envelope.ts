import { z } from 'zod';
import { errorDefinition, type ErrorCode } from './error-codes.ts';

/** The body of every error answer: OpenAI's shape and `retryable`. */
export const errorEnvelopeSchema = z.object({
  error: z.object({
    message: z.string(),
    type: z.string(),
    param: z.string().nullable().optional(),
    code: z.string(),
    retryable: z.boolean(),
  }),
});

export type ErrorEnvelope = z.infer<typeof errorEnvelopeSchema>;

/**
 * Builds the body for `code`.
 * @param message For people; must be redacted already where it holds foreign text.
 * @param param The request field at fault, such as `messages[0].role`.
 * @example
 * errorEnvelope('model_required', 'you must provide a model parameter').error.type; // → "invalid_request_error"
 */
export function errorEnvelope(code: ErrorCode, message: string, param?: string): ErrorEnvelope {
  const { type, retryable } = errorDefinition(code);
  return { error: { message, type, ...(param === undefined ? {} : { param }), code, retryable } };
}
