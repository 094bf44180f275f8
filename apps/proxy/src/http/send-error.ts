import type { ServerResponse } from 'node:http';
import { errorDefinition, errorEnvelope } from '@codex-proxy/contracts';
import type { HttpError } from './errors.ts';

/** Sends the envelope of `error` with its status and, for every 429 and 503, a `Retry-After`. */
export function sendError(response: ServerResponse, error: HttpError): void {
  const { status, retryAfterSeconds } = errorDefinition(error.code);
  const body = JSON.stringify(errorEnvelope(error.code, error.message, error.param));
  response.statusCode = status;
  if (retryAfterSeconds !== undefined) response.setHeader('Retry-After', String(retryAfterSeconds));
  for (const [name, value] of Object.entries(error.headers)) response.setHeader(name, value);
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Content-Length', Buffer.byteLength(body));
  response.end(body);
}
