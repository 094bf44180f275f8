import process from 'node:process';
import { setImmediate } from 'node:timers/promises';
import { hearStopSignals } from './stop-signals.ts';

// Before anything is written, by this process or by those that it starts: all of it is its user's alone.
process.umask(0o077);
// Before anything else is loaded.
const signals = hearStopSignals();
const { run } = await import('./run.ts');
// What arrived while all that was loaded is heard now, and nothing is begun.
await setImmediate();
await run(signals);
