import { isUtf8 } from 'node:buffer';
import express, { type RequestHandler } from 'express';
import { HttpError } from './errors.ts';

const JSON_TYPE = /^application\/([\w.+-]+\+)?json\s*(;|$)/i;
const CHARSET = /;\s*charset\s*=\s*"?([^\s;"]*)/i;
const BYTE_ORDER_MARK = '\ufeff';

/** Refuses, before the body is read, what does not say that it is JSON in UTF-8 (RFC 8259, 8.1). */
export const requireJson: RequestHandler = (request, _response, next) => {
  const type = request.headers['content-type'] ?? '';
  if (!JSON_TYPE.test(type)) throw new HttpError('unsupported_media_type', 'Send the body as application/json.');
  const charset = CHARSET.exec(type)?.[1];
  if (charset !== undefined && !/^utf-?8$/i.test(charset))
    throw new HttpError('unsupported_media_type', 'The charset is not supported; send UTF-8.');
  next();
};

/**
 * Reads the body, unpacks it and parses it into `request.body`; no body at all is `{}`. Bytes, and not Express' own JSON parser: that one loads
 * its tables of charsets when it first needs them, and without a free file descriptor refuses UTF-8 as unknown.
 */
export function jsonBody(limitBytes: number): RequestHandler[] {
  return [express.raw({ limit: limitBytes, type: () => true }), parse];
}

const parse: RequestHandler = (request, _response, next) => {
  const bytes: unknown = request.body;
  request.body = Buffer.isBuffer(bytes) && bytes.length > 0 ? parseJson(bytes) : {};
  next();
};

function parseJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw new HttpError('invalid_json', 'The body is not valid UTF-8.');
  const text = bytes.toString();
  try {
    return JSON.parse(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text) as unknown;
  } catch {
    throw new HttpError('invalid_json', 'The body is not valid JSON.');
  }
}
