import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { RequestRecord } from './request-record.ts';

/** A request and what becomes its answer. */
export interface Exchange {
  readonly record: RequestRecord;
  readonly response: ServerResponse;
}

/** The last exchange of each connection: what a connection was at when its next bytes turned out not to be HTTP. */
export type Exchanges = WeakMap<Socket, Exchange>;
