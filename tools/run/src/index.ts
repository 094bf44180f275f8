export { select, type Selection } from './selection.ts';
export { promtool, type Promtool } from './provision/promtool.ts';
export { playwrightTally } from './tally/playwright-report.ts';
export { promtoolTally } from './tally/promtool-output.ts';
export { agreeing, oneCheck, sum, tallyLine, type Tally } from './tally/tally.ts';
export { vitestTally } from './tally/vitest-report.ts';
export { runStages, type Print } from './test-run.ts';
export type { Stage, StageContext, StageEnd } from './stages/stage.ts';
