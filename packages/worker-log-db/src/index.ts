export { WorkerLogDb, type WorkerLogDbOptions } from './worker-log-db.ts';
