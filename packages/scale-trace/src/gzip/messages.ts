import type { ArchiveErrorCode } from '../errors.ts';
import type { Bytes } from './memory.ts';

/** Each gets one answer, in the order in which they come. */
export interface ToGzip {
  readonly task: 'deflate' | 'inflate';
  readonly bytes: Bytes;
}

export type FromGzip =
  | { readonly kind: 'done'; readonly bytes: Bytes }
  | { readonly kind: 'failed'; readonly failure: { readonly code: ArchiveErrorCode; readonly message: string } };
