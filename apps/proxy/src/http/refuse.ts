import type { SendRefusal } from '@codex-proxy/maintenance';
import { HttpError } from './errors.ts';

/** Leaves what a package's router refuses to the app, which sends it and notes it in the record of the request. */
export const refuse: SendRefusal = (_response, { code, message, param, headers }) => {
  throw new HttpError(code, message, { param, headers });
};
