import type { AlertName } from '../rules/alerts.ts';
import type { AlertCases } from './alert-case.ts';
import { BURN_CASES } from './burn-cases.ts';
import { RECORD_CASES } from './record-cases.ts';
import { REQUEST_CASES } from './request-cases.ts';
import { WORKER_CASES } from './worker-cases.ts';

/** For each alert, what fires it and what does not. An alert without cases does not compile. */
export const ALERT_CASES: Readonly<Record<AlertName, AlertCases>> = {
  ...REQUEST_CASES,
  ...BURN_CASES,
  ...WORKER_CASES,
  ...RECORD_CASES,
};
