import type { Server } from 'node:http';

/** What connections to the server may take. */
export interface ConnectionLimits {
  /** More are closed as they come. 0: no limit. */
  readonly maxConnections: number;
  /** From the first moment of a connection, or from the first byte of a further request, to the end of the headers. */
  readonly headersTimeoutMs: number;
  /** The same to the end of the body. */
  readonly receiveTimeoutMs: number;
  /** Silence between two requests. */
  readonly idleMs: number;
  /** Silence after which the other side is asked whether it is still there. 0: never. */
  readonly tcpKeepaliveS: number;
}

export interface ConnectionEvents {
  onOpened(): void;
  onClosed(): void;
  /** One beyond the limit was closed without a word. */
  onRefused(): void;
  /** So many were, since this was last told: at once for the first, then at most every ten seconds. */
  onRefusals(count: number): void;
}

const REPORT_INTERVAL_MS = 10_000;

/** Holds `server` to its number of connections, and tells of them. */
export function watchConnections(server: Server, maxConnections: number, events: ConnectionEvents): void {
  if (maxConnections > 0) server.maxConnections = maxConnections;
  let untold = 0;
  let timer: NodeJS.Timeout | undefined;
  const tell = (): void => {
    timer = undefined;
    if (untold === 0) return;
    events.onRefusals(untold);
    untold = 0;
    timer = setTimeout(tell, REPORT_INTERVAL_MS).unref();
  };
  server.on('connection', (socket) => {
    events.onOpened();
    socket.once('close', () => {
      events.onClosed();
    });
  });
  server.on('drop', () => {
    events.onRefused();
    untold += 1;
    if (timer === undefined) tell();
  });
  server.once('close', () => {
    clearTimeout(timer);
    if (untold > 0) events.onRefusals(untold);
  });
}
