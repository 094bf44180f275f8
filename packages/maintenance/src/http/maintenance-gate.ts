import type { RequestHandler } from 'express';
import type { Maintenance } from '../state/maintenance.ts';
import { sendEnvelope, type SendRefusal } from './refusal.ts';

/**
 * While maintenance is on, answers 503 `maintenance` with `Retry-After` and the reason, and lets nothing through. To be mounted
 * before authentication. What has passed it already is served to its end.
 */
export function createMaintenanceGate(maintenance: Maintenance, sendRefusal: SendRefusal = sendEnvelope): RequestHandler {
  return (_request, response, next) => {
    const notice = maintenance.enabled ? maintenance.notice() : undefined;
    if (notice === undefined) {
      next();
      return;
    }
    const { message, retryAfterSeconds } = notice;
    sendRefusal(response, { code: 'maintenance', message, headers: { 'Retry-After': String(retryAfterSeconds) } });
  };
}
