import { readFileSync } from 'node:fs';

/**
 * Preloaded into a proxy, sets its time of day: by as many milliseconds as the file that `SHIFTED_CLOCK` names says. What no one can set,
 * such as `performance.now`, timers and the times of files, goes on as it was.
 */
const RealDate = globalThis.Date;
const path = process.env.SHIFTED_CLOCK ?? '';
let shiftMs = 0;
const read = (): void => {
  shiftMs = Number(readFileSync(path, 'utf8'));
};
read();
setInterval(read, 20).unref();

const now = (): number => RealDate.now() + shiftMs;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
});
