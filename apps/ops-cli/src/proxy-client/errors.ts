import { CommandError } from '../errors.ts';

/**
 * Why the proxy did not do what it was asked for. `refused`: nothing listens there. `unreachable`: no way there. `timeout`: no answer in time.
 * `broken_off`: something listens there, and hangs up. `tls`: no secure connection. `foreign`: another server answers. `no_token` and `bad_token`: it wants one, or another one. `admin_off`: it has
 * no admin token, and so no `/internal`. `switched_off`: that part of it is. `rejected`: it says why not. `interrupted`: Ctrl-C.
 */
export type ProxyFailure =
  | 'refused'
  | 'unreachable'
  | 'timeout'
  | 'broken_off'
  | 'tls'
  | 'foreign'
  | 'no_token'
  | 'bad_token'
  | 'admin_off'
  | 'switched_off'
  | 'rejected'
  | 'interrupted';

export interface ProxyErrorDetail {
  /** HTTP status, where there was an answer. */
  readonly status?: number;
  /** A code of docs/reference/errors.md, where the proxy gave one. */
  readonly errorCode?: string;
}

const SILENCES: readonly ProxyFailure[] = ['refused', 'unreachable', 'timeout', 'broken_off'];

/** The message is a sentence for whoever made the call, without a full stop; no token stands in it. */
export class ProxyError extends CommandError {
  readonly failure: ProxyFailure;
  readonly status: number | undefined;
  readonly errorCode: string | undefined;

  constructor(failure: ProxyFailure, message: string, { status, errorCode }: ProxyErrorDetail = {}) {
    super(message);
    this.name = 'ProxyError';
    this.failure = failure;
    this.status = status;
    this.errorCode = errorCode;
  }

  /** Whether no answer of the proxy came at all, so that it may come later. */
  get isSilence(): boolean {
    return SILENCES.includes(this.failure);
  }
}
