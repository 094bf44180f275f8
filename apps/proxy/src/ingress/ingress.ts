import type { TerminalRecord } from '@codex-proxy/contracts';
import type { RequestContext } from '@codex-proxy/logging';
import type { RequestHandler } from 'express';
import { setSecurityHeaders } from '../http/security-headers.ts';
import type { Exchanges } from './exchange.ts';
import type { OpenRequests } from './open-requests.ts';
import { clientRequestId, newRequestSuffix } from './request-id.ts';
import { RequestRecord, type SystemState } from './request-record.ts';
import { routeTemplate } from './route-template.ts';

export interface IngressOptions {
  readonly context: RequestContext<RequestRecord>;
  /** Where the exchange that a connection is at is noted. */
  readonly exchanges: Exchanges;
  readonly open: OpenRequests;
  readonly monotonicMs: () => number;
  readonly system: () => SystemState;
  readonly onReceived: (record: RequestRecord) => void;
  readonly onEnded: (terminal: TerminalRecord) => void;
}

/**
 * The first and the last to handle a request: gives it an id and a context, and makes its terminal record when the response is
 * closed, or when all that are open are abandoned; exactly once, whether it was answered, failed, or was left by its client.
 */
export function createIngress(options: IngressOptions): RequestHandler {
  const { context, exchanges, open, monotonicMs, system, onReceived, onEnded } = options;
  return (request, response, next) => {
    const { socket } = request;
    const bytesBefore = socket.bytesWritten;
    const record = new RequestRecord({
      suffix: newRequestSuffix(),
      clientRequestId: clientRequestId(request.headers['x-request-id']),
      method: request.method,
      route: routeTemplate(request.path),
      startedAtMs: monotonicMs(),
    });
    exchanges.set(socket, { record, response });
    response.setHeader('X-Request-Id', record.requestId);
    setSecurityHeaders(response);
    open.begin(record, () => {
      onEnded(
        record.terminal(
          {
            status: response.statusCode,
            delivered: response.writableFinished,
            endedAtMs: monotonicMs(),
            bytes: Math.max(0, socket.bytesWritten - bytesBefore),
          },
          system(),
        ),
      );
    });
    response.once('close', () => {
      open.end(record);
    });
    context.run(record, () => {
      onReceived(record);
      next();
    });
  };
}
