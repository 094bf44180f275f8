import type { Server } from 'node:http';

/** Connections that still wait for an answer get this long when the server closes. */
const CLOSE_GRACE_MS = 500;

/**
 * @returns the address, such as `http://127.0.0.1:11435`.
 * @throws whatever keeps the server from listening, such as EADDRINUSE.
 */
export async function listen(server: Server, port: number, host: string): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return `http://${host.includes(':') ? `[${host.replace(/^\[|\]$/g, '')}]` : host}:${String(bound)}`;
}

/** Takes no more connections, ends idle ones, and after a short grace the others. */
export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
  server.closeIdleConnections();
  const timer = setTimeout(() => {
    server.closeAllConnections();
  }, CLOSE_GRACE_MS);
  await closed;
  clearTimeout(timer);
}
