import { MIGRATION_FOLDER, renderObservability } from '@codex-proxy/observability';
import { GENERATED } from './markdown.ts';
import { cliPage } from './pages/cli.ts';
import { configurationPage } from './pages/configuration.ts';
import { errorsPage } from './pages/errors.ts';
import { faultsPage } from './pages/faults.ts';
import { logSchemaJson, logSchemaPage } from './pages/log-schema.ts';
import { metricsAndAlertsPage } from './pages/metrics-and-alerts.ts';
import { metricsPage } from './pages/metrics.ts';
import { redactionPage } from './pages/redaction.ts';
import { runEventsPage } from './pages/run-events.ts';

/** Where the generated reference stands, from the root of the repository. */
export const REFERENCE_FOLDER = 'docs/reference';

/** Every generated page: its path from the root of the repository, and its text. */
export function renderAll(): Map<string, string> {
  return new Map([
    [`${REFERENCE_FOLDER}/cli.md`, cliPage()],
    [`${REFERENCE_FOLDER}/configuration.md`, configurationPage()],
    [`${REFERENCE_FOLDER}/errors.md`, errorsPage()],
    [`${REFERENCE_FOLDER}/faults.md`, faultsPage()],
    [`${REFERENCE_FOLDER}/log-schema.json`, logSchemaJson()],
    [`${REFERENCE_FOLDER}/log-schema.md`, logSchemaPage()],
    [`${REFERENCE_FOLDER}/metrics.md`, metricsPage()],
    [`${REFERENCE_FOLDER}/redaction.md`, redactionPage()],
    [`${REFERENCE_FOLDER}/run-events.md`, runEventsPage()],
    [`${MIGRATION_FOLDER}/metrics-and-alerts.md`, metricsAndAlertsPage()],
    ...renderObservability(GENERATED),
  ]);
}
