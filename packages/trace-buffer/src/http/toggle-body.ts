import type { ErrorCode } from '@codex-proxy/contracts';
import express, { type RequestHandler } from 'express';
import { refusal, type Refusal } from './refusal.ts';

const MAX_BYTES = 1_024;

class NotJson extends Error {
  readonly type = 'entity.parse.failed';
}

const parseJson: RequestHandler = (request, _response, next) => {
  const bytes: unknown = request.body;
  try {
    request.body = Buffer.isBuffer(bytes) && bytes.length > 0 ? (JSON.parse(bytes.toString()) as unknown) : {};
  } catch {
    throw new NotJson();
  }
  next();
};

/**
 * Reads the body of a toggle, whatever type it says it has. What it refuses is for `bodyRefusal`. Bytes, and not Express' own JSON parser: that
 * one loads tables when it first needs them, and fails without a free file descriptor.
 */
export const readBody: readonly RequestHandler[] = [express.raw({ limit: MAX_BYTES, type: () => true }), parseJson];

/** The `type` that body-parser gives, by what it means here. */
const PARSER_REFUSALS: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  'entity.parse.failed': ['invalid_json', 'The body is not valid JSON.'],
  'entity.too.large': ['request_too_large', `The body is larger than ${String(MAX_BYTES)} bytes.`],
  'encoding.unsupported': ['unsupported_media_type', 'The content encoding is not supported.'],
  'request.size.invalid': ['invalid_request', 'The body does not have the length that its header says.'],
};

/** @returns undefined for what is no fault of the body. */
export function bodyRefusal(error: unknown): Refusal | undefined {
  if (!(error instanceof Error && 'type' in error && typeof error.type === 'string')) return undefined;
  const known = PARSER_REFUSALS[error.type];
  return known === undefined ? undefined : refusal(...known);
}
