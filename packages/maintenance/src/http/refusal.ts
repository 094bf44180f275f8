import { errorDefinition, errorEnvelope, type ErrorCode } from '@codex-proxy/contracts';
import type { Response } from 'express';

/** An answer that is an error. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
  /** The field of the body at fault. */
  readonly param?: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** Sends a refusal; applications that keep records of requests bring their own. */
export type SendRefusal = (response: Response, refusal: Refusal) => void;

/** The envelope, with the status of the code. */
export const sendEnvelope: SendRefusal = (response, { code, message, param, headers }) => {
  response
    .status(errorDefinition(code).status)
    .set(headers)
    .json(errorEnvelope(code, message, param));
};
