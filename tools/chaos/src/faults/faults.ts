import { ARCHIVE_FAULTS } from './archive.ts';
import { CLIENT_FAULTS } from './client.ts';
import { DATABASE_FAULTS } from './database.ts';
import { DISK_FAULTS } from './disk.ts';
import type { Fault, FaultGroup } from './fault.ts';
import { PROCESS_FAULTS } from './process.ts';
import { PROVIDER_FAULTS } from './provider.ts';
import { WORKER_FAULTS } from './worker.ts';

/** All that may happen to the proxy, by what fails. */
export const FAULT_GROUPS: readonly FaultGroup[] = [
  { title: 'The worker', faults: WORKER_FAULTS },
  { title: 'The model provider', faults: PROVIDER_FAULTS },
  { title: 'The disk', faults: DISK_FAULTS },
  { title: 'The archives', faults: ARCHIVE_FAULTS },
  { title: 'The databases', faults: DATABASE_FAULTS },
  { title: 'The clock, and the process itself', faults: PROCESS_FAULTS },
  { title: 'The clients', faults: CLIENT_FAULTS },
];

export const FAULTS: readonly Fault[] = FAULT_GROUPS.flatMap(({ faults }) => faults);
