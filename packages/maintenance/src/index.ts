export { openMaintenance, type Maintenance, type MaintenanceOptions } from './state/maintenance.ts';
export type { FileFailure } from './state/state-writer.ts';
export { createMaintenanceGate } from './http/maintenance-gate.ts';
export { createMaintenanceRouter } from './http/maintenance-router.ts';
export type { Refusal, SendRefusal } from './http/refusal.ts';
