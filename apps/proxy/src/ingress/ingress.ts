import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TerminalRecord } from '@codex-proxy/contracts';
import type { RequestContext } from '@codex-proxy/logging';
import { clientRequestId, newRequestSuffix } from './request-id.ts';
import { RequestRecord, type SystemState } from './request-record.ts';
import { routeTemplate } from './route-template.ts';

export interface IngressOptions {
  readonly context: RequestContext<RequestRecord>;
  readonly monotonicMs: () => number;
  readonly system: () => SystemState;
  readonly onReceived: (record: RequestRecord) => void;
  readonly onEnded: (terminal: TerminalRecord) => void;
}

/**
 * The first and the last to handle a request: gives it an id and a context, and makes its terminal record when the response is
 * closed, which happens exactly once, whether it was answered, failed, or was left by its client.
 */
export function createIngress(options: IngressOptions): (request: IncomingMessage, response: ServerResponse, next: () => void) => void {
  const { context, monotonicMs, system, onReceived, onEnded } = options;
  return (request, response, next) => {
    const { socket } = request;
    const bytesBefore = socket.bytesWritten;
    const record = new RequestRecord({
      suffix: newRequestSuffix(),
      clientRequestId: clientRequestId(request.headers['x-request-id']),
      method: request.method ?? 'other',
      route: routeTemplate(request.url ?? ''),
      startedAtMs: monotonicMs(),
    });
    response.setHeader('X-Request-Id', record.requestId);
    response.setHeader('X-Content-Type-Options', 'nosniff');
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
