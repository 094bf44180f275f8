export { createInProcessWorker, type InProcessWorker, type ModuleMocks } from './in-process-worker.ts';
