import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { ClientOutlet } from '../../src/openai/client-outlet.ts';
import { openConnection } from '../support/raw-http.ts';

const MIB = 1024 * 1024;

interface Link {
  readonly outlet: ClientOutlet;
  readonly response: ServerResponse;
  readonly socket: Socket;
  readonly slow: string[];
  readonly clock: { nowMs: number };
  /** How much the client has read. */
  readonly received: { bytes: number };
  /** What the client got, once the answer is whole. */
  body(): Promise<string>;
}

const clean: (() => void)[] = [];
afterEach(() => {
  for (const each of clean.splice(0)) each();
});

/** An outlet and the client at its other end, which reads nothing as long as its socket is paused. */
async function link(maxBufferBytes: number): Promise<Link> {
  const clock = { nowMs: 0 };
  const received = { bytes: 0 };
  const slow: string[] = [];
  const arrived = Promise.withResolvers<ServerResponse>();
  const server = createServer((_request, response) => arrived.resolve(response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const { socket } = await openConnection(`http://127.0.0.1:${String(typeof address === 'object' ? address?.port : 0)}`);
  const pieces: Buffer[] = [];
  socket.on('data', (piece: Buffer) => {
    pieces.push(piece);
    received.bytes += piece.length;
  });
  socket.on('error', () => undefined);
  socket.write('GET / HTTP/1.0\r\n\r\n');
  const response = await arrived.promise;
  clean.push(() => {
    socket.destroy();
    server.closeAllConnections();
    server.close();
  });
  const outlet = new ClientOutlet({ response, maxBufferBytes, monotonicMs: () => clock.nowMs, onSlow: () => slow.push('slow') });
  response.once('close', () => outlet.close());
  const body = async (): Promise<string> => {
    if (!socket.destroyed) await once(socket, 'close');
    const text = Buffer.concat(pieces).toString();
    return text.slice(text.indexOf('\r\n\r\n') + 4);
  };
  return { outlet, response, socket, slow, clock, received, body };
}

test('a client that reads gets a text of many times the limit whole, and what follows it', async () => {
  const { outlet, slow, body } = await link(16_384);
  // Characters of four bytes, which no cut of the bytes spares.
  const long = `x${'💙'.repeat(800_000)}`;
  outlet.write('first ');
  outlet.write(long);
  outlet.write(' then ');
  outlet.end('last');
  expect(await body()).toBe(`first ${long} then last`);
  expect(slow).toEqual([]);
});

test('a text of many times the limit may be the last', async () => {
  const { outlet, body } = await link(16_384);
  const long = '漢'.repeat(1_000_000);
  outlet.end(long);
  outlet.end('no more');
  expect(await body()).toBe(long);
});

test('texts that come while a client reads another do not count against it', async () => {
  const { outlet, slow, body } = await link(MIB);
  const long = 'x'.repeat(3 * MIB);
  outlet.write(long);
  for (let count = 0; count < 1_000; count += 1) outlet.write('small ');
  outlet.end('');
  expect((await body()).length).toBe(3 * MIB + 6_000);
  expect(slow).toEqual([]);
});

test('a client that reads nothing is cut off at the limit and the longest text, whatever it is', async () => {
  const { outlet, response, socket, slow } = await link(MIB);
  socket.pause();
  const long = 'x'.repeat(4 * MIB);
  const closed = once(response, 'close');
  let written = 0;
  for (; slow.length === 0 && written < 100; written += 1) {
    outlet.write(long);
    await new Promise((resolve) => void setImmediate(resolve));
  }
  await closed;
  // What the system itself holds is not counted.
  expect(written).toBeLessThan(10);
  expect(slow).toEqual(['slow']);
  outlet.write('x');
  outlet.end('x');
  outlet.tick(1e9);
  expect(slow).toEqual(['slow']);
});

test('a client that stopped reading is cut off after ten seconds, in the middle of a text and after the end', async () => {
  for (const last of ['write', 'end'] as const) {
    const { outlet, response, socket, slow, clock } = await link(16_384);
    socket.pause();
    outlet[last]('x'.repeat(32 * MIB));
    // What the system takes, it takes at once.
    await vi.waitFor(async () => {
      const before = response.writableLength;
      await new Promise((resolve) => void setTimeout(resolve, 50));
      expect(response.writableLength).toBe(before);
    });
    outlet.tick((clock.nowMs = 9_999));
    expect([slow, response.destroyed]).toEqual([[], false]);
    const closed = once(response, 'close');
    outlet.tick((clock.nowMs = 10_000));
    await closed;
    expect(slow).toEqual(['slow']);
  }
});

test('a client that reads slowly is not, for it has read', async () => {
  const { outlet, socket, slow, clock, received, body } = await link(16_384);
  socket.pause();
  outlet.write('x'.repeat(32 * MIB));
  outlet.end('!');
  clock.nowMs = 9_000;
  socket.resume();
  await vi.waitFor(() => expect(received.bytes).toBeGreaterThan(16 * MIB), { interval: 1 });
  socket.pause();
  outlet.tick((clock.nowMs = 18_999));
  socket.resume();
  expect((await body()).length).toBe(32 * MIB + 1);
  expect(slow).toEqual([]);
});

test('what stands unsent below the limit may stand for ever', async () => {
  const { outlet, socket, slow } = await link(64 * MIB);
  socket.pause();
  outlet.write('x'.repeat(32 * MIB));
  outlet.tick(1e9);
  expect(slow).toEqual([]);
});
