import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import type { Express } from 'express';
import { errorDefinition, errorEnvelope, type ErrorCode } from '@codex-proxy/contracts';
import type { Exchange, Exchanges } from '../ingress/exchange.ts';
import { newRequestSuffix } from '../ingress/request-id.ts';
import { expectRefusal } from './announced-body.ts';
import { watchConnections, type ConnectionEvents, type ConnectionLimits } from './connections.ts';
import { HttpError } from './errors.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import { sendError } from './send-error.ts';

export interface ServerOptions {
  readonly app: Express;
  readonly exchanges: Exchanges;
  readonly limits: ConnectionLimits;
  readonly connections: ConnectionEvents;
  /** Something that is no request, and so has no record of its own, was refused. */
  readonly onClientError: (error: { code: ErrorCode; status: number; requestId: string; message: string }) => void;
}

const MAX_HEADER_BYTES = 16_384;
/** How much later than its time a request may be refused for it; Node's own default is half a minute. */
const CHECK_INTERVAL_MS = 2_000;

const PARSER_ERRORS: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  HPE_HEADER_OVERFLOW: ['headers_too_large', 'The request headers are too large.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['request_too_large', 'The chunk extensions are too large.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['request_timeout', 'The request took too long to arrive.'],
};

/** The HTTP server: what Node refuses before any route sees it is answered in JSON too. */
export function createHttpServer(options: ServerOptions): Server {
  const { app, exchanges, limits, connections, onClientError } = options;
  // Node takes no time for the headers that is longer than the one for all.
  const headersTimeout = Math.min(limits.headersTimeoutMs, limits.receiveTimeoutMs);
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    // Nothing is done for what comes behind an answer that was the last: nobody can be told of it.
    if (request.socket.writable) app(request, response);
  };
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout,
      requestTimeout: limits.receiveTimeoutMs,
      connectionsCheckingInterval: Math.min(CHECK_INTERVAL_MS, headersTimeout),
      keepAliveTimeout: limits.idleMs,
      // A client that waits for its answer says nothing: without probes its silence could be that of one who is gone.
      keepAlive: limits.tcpKeepaliveS > 0,
      keepAliveInitialDelay: limits.tcpKeepaliveS * 1_000,
      noDelay: true,
      // Node would answer without a body; the app asks for it instead.
      requireHostHeader: false,
    },
    serve,
  );
  watchConnections(server, limits.maxConnections, connections);

  function refuse(socket: Duplex, code: ErrorCode, message: string): void {
    const { status } = errorDefinition(code);
    const requestId = `req_${newRequestSuffix()}`;
    const body = JSON.stringify(errorEnvelope(code, message));
    socket.end(
      [
        `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}`,
        'Content-Type: application/json; charset=utf-8',
        `Content-Length: ${String(Buffer.byteLength(body))}`,
        `X-Request-Id: ${requestId}`,
        ...SECURITY_HEADERS.map(([name, value]) => `${name}: ${value}`),
        ...(code === 'method_not_allowed' ? ['Allow: GET, HEAD, POST'] : []),
        'Connection: close',
        '',
        body,
      ].join('\r\n'),
    );
    onClientError({ code, status, requestId, message });
  }

  server.on('checkExpectation', serve);
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    expectRefusal(request.socket, response);
    serve(request, response);
  });
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    socket.on('error', () => undefined);
    refuse(socket, 'method_not_allowed', 'CONNECT is not allowed here.');
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    // The client left, or only ever opened a connection.
    if (error.code === 'ECONNRESET' || !socket.writable || socket.bytesRead === 0) {
      socket.destroy();
      return;
    }
    const [code, message] = PARSER_ERRORS[error.code ?? ''] ?? ['invalid_request', 'The request is not valid HTTP.'];
    const exchange = exchanges.get(socket);
    if (exchange === undefined || exchange.response.writableFinished) refuse(socket, code, message);
    // The client closed its side in the middle of a body.
    else if (error.code === 'HPE_INVALID_EOF_STATE') socket.destroy();
    else failExchange(exchange, socket, new HttpError(code, message, { headers: { Connection: 'close' } }));
  });
  return server;
}

/** The body of a request is at fault, which ends that request; or what follows it, which ends the connection. */
function failExchange({ record, response }: Exchange, socket: Socket, error: HttpError): void {
  if (response.headersSent || response.req.complete) {
    socket.destroy();
    return;
  }
  record.fail(error.code);
  sendError(response, error);
}
