import { testFile } from './cases/test-file.ts';
import { dashboardJson } from './dashboard/dashboard.ts';
import { ALERTS, type AlertName } from './rules/alerts.ts';
import { rulesFile } from './rules/rules-file.ts';

/** Where what is rendered here stands, from the root of the repository. */
export const MIGRATION_FOLDER = 'docs/app-server-migration';
const RULES = 'metrics-alerts.yaml';

export function alertNames(): AlertName[] {
  return Object.keys(ALERTS).filter((name): name is AlertName => name in ALERTS);
}

/** Every rendered file: its path from the root of the repository, and its text. `notice` says that it is generated. */
export function renderObservability(notice: string): Map<string, string> {
  const comment = `# ${notice}\n`;
  return new Map([
    [`${MIGRATION_FOLDER}/alerts/${RULES}`, comment + rulesFile()],
    [`${MIGRATION_FOLDER}/dashboards/observability-dashboard.json`, dashboardJson(notice)],
    ...alertNames().map((name): [string, string] => [
      `${MIGRATION_FOLDER}/alerts/tests/${name}.yaml`,
      comment + testFile(name, `../${RULES}`),
    ]),
  ]);
}
