import { join } from 'node:path';
import { runChild } from '../child.ts';
import { chromium } from '../provision/chromium.ts';
import { clearReport, readReport } from '../tally/report-file.ts';
import { playwrightTally } from '../tally/playwright-report.ts';
import { agreeing, oneCheck } from '../tally/tally.ts';
import type { Stage } from './stage.ts';

const CONFIG = 'apps/proxy-e2e/playwright.config.ts';

/** The browser tests. Arguments are file filters and options of Playwright. */
export const playwright: Stage = async (context, args) => {
  const browser = await chromium(context);
  if (browser.problem !== undefined) return { tally: oneCheck(1), output: `${browser.problem}\n` };
  const report = join(context.root, '.cache/reports/browser.json');
  await clearReport(report);
  const env = {
    ...context.env,
    PLAYWRIGHT_JSON_OUTPUT_FILE: report,
    ...(browser.path === undefined ? {} : { CHROMIUM: browser.path }),
  };
  const end = await runChild('playwright', ['test', '-c', CONFIG, '--reporter=list,json', ...args], { ...context, env });
  return { tally: agreeing(await readReport(report, playwrightTally), end.code), output: end.output };
};
