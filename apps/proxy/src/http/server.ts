import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Express } from 'express';
import { errorDefinition, errorEnvelope, type ErrorCode } from '@codex-proxy/contracts';
import { newRequestSuffix } from '../ingress/request-id.ts';

export interface ServerOptions {
  readonly app: Express;
  /** Node's parser refused what a client sent; there is no request to speak of. */
  readonly onClientError: (error: { code: ErrorCode; status: number; requestId: string; message: string }) => void;
}

const MAX_HEADER_BYTES = 16_384;
const HEADERS_TIMEOUT_MS = 30_000;
const REQUEST_TIMEOUT_MS = 120_000;
/** Longer than the idle time of common load balancers, so that they close first. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;

const PARSER_ERRORS: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  HPE_HEADER_OVERFLOW: ['headers_too_large', 'The request headers are too large.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['request_too_large', 'The chunk extensions are too large.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['request_timeout', 'The request took too long to arrive.'],
};

/** The HTTP server: what Node refuses before any route sees it is answered in JSON too. */
export function createHttpServer(options: ServerOptions): Server {
  const { app, onClientError } = options;
  const answering = new WeakMap<Socket, ServerResponse>();
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      noDelay: true,
    },
    (request, response) => {
      answering.set(request.socket, response);
      app(request, response);
    },
  );
  server.on('checkExpectation', (request, response) => {
    app(request, response);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    const begun = answering.get(socket);
    const midAnswer = begun?.headersSent === true && !begun.writableFinished;
    if (error.code === 'ECONNRESET' || !socket.writable || midAnswer) {
      socket.destroy();
      return;
    }
    const [code, message] = PARSER_ERRORS[error.code ?? ''] ?? ['invalid_request', 'The request is not valid HTTP.'];
    const { status } = errorDefinition(code);
    const requestId = `req_${newRequestSuffix()}`;
    const body = JSON.stringify(errorEnvelope(code, message));
    socket.end(
      [
        `HTTP/1.1 ${String(status)} ${REASONS[status] ?? 'Bad Request'}`,
        'Content-Type: application/json; charset=utf-8',
        `Content-Length: ${String(Buffer.byteLength(body))}`,
        `X-Request-Id: ${requestId}`,
        'Connection: close',
        '',
        body,
      ].join('\r\n'),
    );
    onClientError({ code, status, requestId, message });
  });
  return server;
}

const REASONS: Readonly<Record<number, string>> = { 408: 'Request Timeout', 413: 'Payload Too Large', 431: 'Request Header Fields Too Large' };
