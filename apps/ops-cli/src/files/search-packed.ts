import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';

/** The bytes of an open gzip file, and closes it. Rejects where they break off. */
export async function* unpack(fd: number, onRead: (bytes: number) => void): AsyncGenerator<Buffer, void> {
  const input = createReadStream('', { fd, highWaterMark: UNIT_BYTES });
  const output = createGunzip({ chunkSize: UNIT_BYTES });
  input.on('error', (error) => output.destroy(error));
  let read = 0;
  for await (const chunk of input.pipe(output)) {
    if (Buffer.isBuffer(chunk)) yield chunk;
    onRead(input.bytesRead - read);
    read = input.bytesRead;
  }
}

/** The bytes of an open pipe, and closes it. */
export async function* readThrough(fd: number, onRead: (bytes: number) => void): AsyncGenerator<Buffer, void> {
  for await (const chunk of createReadStream('', { fd, highWaterMark: UNIT_BYTES })) {
    if (!Buffer.isBuffer(chunk)) continue;
    yield chunk;
    onRead(chunk.length);
  }
}

const UNIT_BYTES = 256 * 1024;
