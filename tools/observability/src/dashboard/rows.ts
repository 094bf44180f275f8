import type { Row } from './panel.ts';
import { LATENCY } from './panels/latency.ts';
import { OVERVIEW } from './panels/overview.ts';
import { RECORDS, TOOLS_AND_TRACES } from './panels/records.ts';
import { TRAFFIC } from './panels/traffic.ts';
import { WORKER } from './panels/worker.ts';

/** The dashboard, from top to bottom: first whether something is wrong, then for whom, then why. */
export const ROWS: readonly Row[] = [OVERVIEW, TRAFFIC, LATENCY, WORKER, TOOLS_AND_TRACES, RECORDS];
