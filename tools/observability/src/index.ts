export { MIGRATION_FOLDER, renderObservability } from './render-all.ts';
export { rulesFile } from './rules/rules-file.ts';
export { RUNBOOK } from './signals.ts';
export { observabilityTables, type ObservabilityTables } from './tables.ts';
