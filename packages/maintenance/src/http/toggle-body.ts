import { isUtf8 } from 'node:buffer';
import { maintenanceToggleSchema, type ErrorCode, type MaintenanceToggle } from '@codex-proxy/contracts';
import express, { type RequestHandler } from 'express';
import type { Refusal } from './refusal.ts';

/** The longest reason and author, every character of them escaped, take 5 KB. */
const MAX_BYTES = 8_192;
const JSON_TYPE = /^application\/([\w.+-]+\+)?json\s*(;|$)/i;
const CHARSET = /;\s*charset\s*=\s*"?([^\s;"]*)/i;

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
  const type = request.headers['content-type'] ?? '';
  if (!JSON_TYPE.test(type)) throw new BodyError('unsupported_media_type', 'Send the body as application/json.');
  const charset = CHARSET.exec(type)?.[1];
  if (charset !== undefined && !/^utf-?8$/i.test(charset))
    throw new BodyError('unsupported_media_type', 'The charset is not supported; send UTF-8.');
  next();
};

/** Bytes, and not Express' own JSON parser: that one loads tables when it first needs them, and fails without a free file descriptor. */
const parseJson: RequestHandler = (request, _response, next) => {
  const bytes: unknown = request.body;
  request.body = Buffer.isBuffer(bytes) && bytes.length > 0 ? parsed(bytes) : {};
  next();
};

function parsed(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw new BodyError('invalid_json', 'The body is not valid UTF-8.');
  try {
    return JSON.parse(bytes.toString().replace(/^\ufeff/, '')) as unknown;
  } catch {
    throw new BodyError('invalid_json', 'The body is not valid JSON.');
  }
}

/** Reads the body of a toggle. What they refuse is for `bodyRefusal`. */
export const readBody: readonly RequestHandler[] = [requireJson, express.raw({ limit: MAX_BYTES, type: () => true }), parseJson];

/** The `type` that body-parser gives, by what it means here. */
const PARSER_REFUSALS: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  'entity.too.large': ['request_too_large', `The body is larger than ${String(MAX_BYTES)} bytes.`],
  'encoding.unsupported': ['unsupported_media_type', 'The content encoding is not supported.'],
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
  const judged = maintenanceToggleSchema.safeParse(body);
  if (!judged.success) {
    const [issue] = judged.error.issues;
    const param = issue?.code === 'unrecognized_keys' ? issue.keys[0] : issue?.path.join('.');
    return { refusal: refusal('invalid_request', `Invalid value for '${param ?? ''}': ${issue?.message ?? ''}.`, param) };
  }
  if (!judged.data.enabled && judged.data.expires_in_seconds !== undefined) {
    const param = 'expires_in_seconds';
    return { refusal: refusal('invalid_request', `Invalid value for '${param}': only what is switched on expires.`, param) };
  }
  return { toggle: judged.data };
}
