import type { OpenOptions } from '../database/open.ts';
import type { StateDbErrorCode } from '../errors.ts';

/** A failure as it goes between threads. */
export interface Failure {
  readonly code: StateDbErrorCode;
  readonly message: string;
}

/** The first message to a thread. */
export interface ThreadData {
  readonly path: string;
  readonly open: OpenOptions;
}

export interface OpenChannel {
  readonly kind: 'channel';
  readonly channel: number;
  readonly writer: string;
  readonly reader: string;
  readonly options: unknown;
}

/** Rows for one transaction; `channels[i]` says whose `rows[i]` is. */
export interface Batch {
  readonly kind: 'batch';
  readonly batch: number;
  readonly channels: readonly number[];
  readonly rows: readonly unknown[];
}

export interface Call {
  readonly kind: 'call';
  readonly call: number;
  readonly channel: number;
  readonly name: string;
  readonly argument: unknown;
}

/** The reader thread gets no rows. */
export type ToReader = Exclude<ToThread, Batch | Probe>;

/** Asks whether the database can be written. */
export interface Probe {
  readonly kind: 'probe';
}

export type ToThread = OpenChannel | Batch | Call | Probe | { readonly kind: 'close' };

/** What a thread says of itself, rather than to a call. */
export type Report = Extract<FromThread, { readonly kind: 'committed' | 'lost' | 'probed' | 'damaged' | 'waiting' | 'channel_failed' }>;

export type FromThread =
  | { readonly kind: 'open' }
  | { readonly kind: 'refused'; readonly failure: Failure }
  | { readonly kind: 'channel_failed'; readonly channel: number; readonly failure: Failure }
  /** The outcome of each row: its id, or why it was not kept. */
  | { readonly kind: 'committed'; readonly batch: number; readonly outcomes: readonly (number | string)[] }
  | { readonly kind: 'lost'; readonly batch: number; readonly failure: Failure }
  | { readonly kind: 'probed' }
  | { readonly kind: 'damaged'; readonly failure: Failure }
  /** The database is locked: the batch is kept and tried again. */
  | { readonly kind: 'waiting'; readonly failure: Failure }
  | { readonly kind: 'answer'; readonly call: number; readonly result: unknown }
  | { readonly kind: 'call_failed'; readonly call: number; readonly failure: Failure };
