import process from 'node:process';
import type { CheckName, Finding } from '../finding.ts';
import type { Patient } from '../patient.ts';
import { checkClock } from './clock.ts';
import { checkConfiguration } from './configuration.ts';
import { checkDatabases } from './databases.ts';
import { checkDisk } from './disk.ts';
import { checkLeftovers } from './leftovers.ts';
import { checkLogFiles } from './log-files.ts';
import { checkPermissions } from './permissions.ts';
import { checkPort } from './port.ts';
import { checkProvider } from './provider.ts';
import { checkRuntime } from './runtime.ts';
import { checkWorker } from './worker.ts';

/** What doctor looks at, in its order. */
export const CHECKS: Readonly<Record<CheckName, (patient: Patient) => readonly Finding[] | Promise<readonly Finding[]>>> = {
  configuration: checkConfiguration,
  provider: checkProvider,
  permissions: checkPermissions,
  disk: checkDisk,
  worker: checkWorker,
  port: checkPort,
  clock: checkClock,
  databases: checkDatabases,
  'log files': checkLogFiles,
  leftovers: checkLeftovers,
  runtime: () => checkRuntime(process),
};
