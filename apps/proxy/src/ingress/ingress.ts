import type { TerminalRecord } from '@codex-proxy/contracts';
import type { RequestContext } from '@codex-proxy/logging';
import type { RequestHandler } from 'express';
import { setSecurityHeaders } from '../http/security-headers.ts';
import type { Exchanges } from './exchange.ts';
import { clientRequestId, newRequestSuffix } from './request-id.ts';
import { RequestRecord, type SystemState } from './request-record.ts';
import { routeTemplate } from './route-template.ts';

export interface IngressOptions {
  readonly context: RequestContext<RequestRecord>;
  /** Where the exchange that a connection is at is noted. */
  readonly exchanges: Exchanges;
  readonly monotonicMs: () => number;
  readonly system: () => SystemState;
  readonly onReceived: (record: RequestRecord) => void;
  readonly onEnded: (terminal: TerminalRecord) => void;
}

/**
 * The first and the last to handle a request: gives it an id and a context, and makes its terminal record when the response is
 * closed, which happens exactly once, whether it was answered, failed, or was left by its client.
 */
export function createIngress(options: IngressOptions): RequestHandler {
  const { context, exchanges, monotonicMs, system, onReceived, onEnded } = options;
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
    response.once('close', () => {
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
    context.run(record, () => {
      onReceived(record);
      next();
    });
  };
}
