import type { ErrorCode } from '@codex-proxy/contracts';

/** An error that the client is told as it is. */
export class HttpError extends Error {
  readonly code: ErrorCode;
  readonly param: string | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ErrorCode,
    message: string,
    options: { readonly param?: string | undefined; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.name = 'HttpError';
    this.code = code;
    this.param = options.param;
    this.headers = options.headers ?? {};
  }
}

/** What a client is told of a defect of this proxy. */
export function internalError(): HttpError {
  return new HttpError('internal_error', 'The proxy failed; its log has the details under this request id.');
}

/** The `type` that body-parser and http-errors give, by what it means here. */
const BODY_ERRORS: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  'entity.too.large': ['request_too_large', 'The body is larger than this proxy accepts.'],
  'encoding.unsupported': ['unsupported_media_type', 'The content encoding is not supported.'],
  'request.size.invalid': ['invalid_request', 'The body does not have the length that its header says.'],
};

/** The client left while its body was under way: there is nobody to be told. */
export function isClientGone(error: unknown): boolean {
  return error instanceof Error && 'type' in error && error.type === 'request.aborted';
}

/** @returns undefined for a defect of this proxy. */
export function asHttpError(error: unknown): HttpError | undefined {
  if (error instanceof HttpError) return error;
  if (!(error instanceof Error)) return undefined;
  const known = 'type' in error && typeof error.type === 'string' ? BODY_ERRORS[error.type] : undefined;
  if (known !== undefined) return new HttpError(...known);
  const status = 'status' in error && typeof error.status === 'number' ? error.status : 500;
  // What else Express and its parsers refuse: a bad percent-encoding, a broken gzip stream.
  return status >= 400 && status < 500 ? new HttpError('invalid_request', 'The request is malformed.') : undefined;
}
