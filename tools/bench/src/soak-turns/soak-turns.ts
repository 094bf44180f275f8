import type { Benchmark } from '../benchmark.ts';
import { soakRealWorker } from './real-turns.ts';
import { soakScriptedWorker } from './scripted-requests.ts';

/** Whether memory stays flat once everything is warm. */
export const soakTurns: Benchmark = {
  name: 'soak-turns',
  about: 'memory of worker and proxy over 1,000 turns on the real worker, and of the proxy over 100,000 requests on a scripted one',
  async run(context) {
    const real = await soakRealWorker(context);
    const scripted = await soakScriptedWorker(context);
    return { rows: [...real.rows, ...scripted.rows], tables: [...(real.tables ?? []), ...(scripted.tables ?? [])] };
  },
};
