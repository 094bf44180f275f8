import { BURN_ALERTS } from './burn-alerts.ts';
import { RECORD_ALERTS } from './record-alerts.ts';
import { REQUEST_ALERTS } from './request-alerts.ts';
import { WORKER_ALERTS } from './worker-alerts.ts';

/** Every alert, by name. `owner=sre` and `page_service=codex-app` are common to all. */
export const ALERTS = { ...REQUEST_ALERTS, ...BURN_ALERTS, ...WORKER_ALERTS, ...RECORD_ALERTS } as const;

export type AlertName = keyof typeof ALERTS;
