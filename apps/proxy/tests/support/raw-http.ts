import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A connection to the server at `url`, with what came back so far. */
export interface RawConnection {
  readonly socket: Socket;
  readonly received: () => string;
  /** Resolves when all that came back satisfies `test`; rejects when the connection closes first. */
  waitFor(test: (received: string) => boolean): Promise<void>;
  closed: Promise<void>;
}

/** @param options `allowHalfOpen`: this side goes on sending when the server has ended its own. */
export async function openConnection(url: string, options: { readonly allowHalfOpen?: boolean } = {}): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect({ port: Number(port), host: hostname, ...options });
  let received = '';
  const closed = new Promise<void>((resolve) => void socket.once('close', () => resolve()));
  // A server that refuses may reset a connection that still sends.
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')));
  await once(socket, 'connect');
  return {
    socket,
    received: () => received,
    waitFor: async (test) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          if (test(received)) resolve();
        };
        socket.on('data', check);
        socket.once('close', () => reject(new Error(`the connection closed after ${JSON.stringify(received.slice(0, 500))}`)));
        check();
      }),
    closed,
  };
}

/** Sends `bytes` as they are and reads until the server closes; for requests that end their connection. */
export async function exchange(url: string, bytes: string | Buffer): Promise<RawAnswer> {
  const connection = await openConnection(url);
  connection.socket.write(bytes);
  await connection.closed;
  return parseAnswer(connection.received());
}

export function parseAnswer(text: string): RawAnswer {
  const end = text.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  return { status: Number(statusLine.split(' ')[1]), headers, body: Buffer.from(text.slice(end + 4), 'latin1').toString() };
}

/** A request as text; `Connection: close` unless the headers say otherwise. */
export function requestText(method: string, target: string, headers: Readonly<Record<string, string>> = {}, body = ''): string {
  const all: Record<string, string> = { Host: 'localhost', Connection: 'close', ...headers };
  if (body !== '' && !('Transfer-Encoding' in all) && !('Content-Length' in all)) all['Content-Length'] = String(Buffer.byteLength(body));
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return `${method} ${target} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`;
}
