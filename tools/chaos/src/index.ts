export { renderTrial } from './report.ts';
export { atLeast, below, none, shown, type Figure, type Trial, type TrialOptions } from './trial.ts';
export { killWorkers, type KillOptions } from './trials/kills.ts';
export { recycleWorkers, type RecycleOptions } from './trials/recycles.ts';
export { terminateProxies, type TermOptions } from './trials/terms.ts';
