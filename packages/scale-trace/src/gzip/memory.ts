/** Bytes of a thread, and nobody else's. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** In memory that can be given to another thread: small buffers share theirs. */
export function alone(bytes: Bytes): Bytes {
  return bytes.buffer.byteLength > Buffer.poolSize ? bytes : new Uint8Array(bytes);
}

/** Gives memory back at once. A collection would come too late: it is brought about by many small things, and here there are few large ones. */
export function free({ buffer }: Bytes): void {
  buffer.transfer(0);
}
