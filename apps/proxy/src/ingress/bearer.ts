import { createHash, timingSafeEqual } from 'node:crypto';

const SCHEME = /^Bearer +(\S+) *$/i;

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Judges `Authorization` headers against one token, in a time that does not tell how much of it was right. */
export class BearerToken {
  readonly #digest: Buffer | undefined;

  /** @param token Undefined refuses everybody. */
  constructor(token: string | undefined) {
    this.#digest = token === undefined ? undefined : digest(token);
  }

  matches(header: string | undefined): boolean {
    const presented = SCHEME.exec(header ?? '')?.[1];
    if (this.#digest === undefined || presented === undefined) return false;
    return timingSafeEqual(digest(presented), this.#digest);
  }
}
