import type { Socket } from 'node:net';
import type { ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import { HttpError } from './errors.ts';

/** How long a client may go on sending what is not read, so that it comes to read why. */
const LINGER_MS = 2_000;

/**
 * Judges a body by the length that its header says: one beyond the limit is refused before any of it is read. Who waits to be asked for it
 * (`Expect: 100-continue`) is asked here, after everything that can refuse it unseen.
 */
export function admitBody(limitBytes: number): RequestHandler {
  return (request, response, next) => {
    if (Number(request.headers['content-length'] ?? 0) > limitBytes) {
      closeGently(request.socket);
      throw new HttpError('request_too_large', 'The body is larger than this proxy accepts.', { headers: { Connection: 'close' } });
    }
    // RFC 9110, 10.1.1: not those who speak HTTP/1.0.
    if (request.headers.expect !== undefined && request.httpVersion === '1.1') askForBody(response);
    next();
  };
}

/**
 * A client that waits to be asked for its body and is answered instead may send it or not, so that nothing after the answer can be told from it:
 * the connection ends, unless `askForBody` is called.
 */
export function expectRefusal(socket: Socket, response: ServerResponse): void {
  closeGently(socket);
  response.setHeader('Connection', 'close');
}

function askForBody(response: ServerResponse): void {
  response.removeHeader('Connection');
  response.writeContinue();
}

/**
 * When the last answer is out, ends this side alone and reads on for a while. Node closes both at once, and what arrives then resets the connection:
 * a client that is still sending would lose the answer.
 */
function closeGently(socket: Socket): void {
  socket.destroySoon = () => {
    socket.end();
    const timer = setTimeout(() => socket.destroy(), LINGER_MS).unref();
    socket.once('close', () => {
      clearTimeout(timer);
    });
  };
}
