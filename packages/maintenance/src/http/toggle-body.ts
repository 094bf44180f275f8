import { isUtf8 } from 'node:buffer';
import { maintenanceToggleSchema, type ErrorCode, type MaintenanceToggle } from '@codex-proxy/contracts';
import express, { type RequestHandler } from 'express';
import type { Refusal } from './refusal.ts';

/** The longest reason and author, every character of them escaped, take 5 KB. */
const MAX_BYTES = 8_192;
const JSON_TYPE = /^application\/([\w.+-]+\+)?json\s*(;|$)/i;

function refusal(code: ErrorCode, message: string, param?: string): Refusal {
  return { code, message, param, headers: {} };
}

/** A body that is no JSON, before its content is looked at. */
class BodyError extends Error {
  readonly refusal: Refusal;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.name = 'BodyError';
    this.refusal = refusal(code, message);
  }
}

const requireJson: RequestHandler = (request, _response, next) => {
  if (JSON_TYPE.test(request.headers['content-type'] ?? '')) next();
  else throw new BodyError('unsupported_media_type', 'Send the body as application/json.');
};

/** Reads the body of a toggle. What they refuse is for `bodyRefusal`. */
export const readBody: readonly RequestHandler[] = [
  requireJson,
  express.json({
    limit: MAX_BYTES,
    strict: false,
    type: () => true,
    verify: (_request, _response, bytes) => {
      if (!isUtf8(bytes)) throw new BodyError('invalid_json', 'The body is not valid UTF-8.');
    },
  }),
];

/** The `type` that body-parser gives, by what it means here. */
const PARSER_REFUSALS: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  'entity.parse.failed': ['invalid_json', 'The body is not valid JSON.'],
  'entity.verify.failed': ['invalid_json', 'The body is not valid UTF-8.'],
  'entity.too.large': ['request_too_large', `The body is larger than ${String(MAX_BYTES)} bytes.`],
  'encoding.unsupported': ['unsupported_media_type', 'The content encoding is not supported.'],
  'charset.unsupported': ['unsupported_media_type', 'The charset is not supported; send UTF-8.'],
  'request.size.invalid': ['invalid_request', 'The body does not have the length that its header says.'],
};

/** @returns undefined for what is no fault of the body. */
export function bodyRefusal(error: unknown): Refusal | undefined {
  if (error instanceof BodyError) return error.refusal;
  if (!(error instanceof Error && 'type' in error && typeof error.type === 'string')) return undefined;
  const known = PARSER_REFUSALS[error.type];
  return known === undefined ? undefined : refusal(...known);
}

/** Judges a body that was read. */
export function parseToggle(body: unknown): { readonly toggle: MaintenanceToggle } | { readonly refusal: Refusal } {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return { refusal: refusal('invalid_request', 'The body must be a JSON object.') };
  }
  const parsed = maintenanceToggleSchema.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const param = issue?.code === 'unrecognized_keys' ? issue.keys[0] : issue?.path.join('.');
    return { refusal: refusal('invalid_request', `Invalid value for '${param ?? ''}': ${issue?.message ?? ''}.`, param) };
  }
  if (!parsed.data.enabled && parsed.data.expires_in_seconds !== undefined) {
    const param = 'expires_in_seconds';
    return { refusal: refusal('invalid_request', `Invalid value for '${param}': only what is switched on expires.`, param) };
  }
  return { toggle: parsed.data };
}
