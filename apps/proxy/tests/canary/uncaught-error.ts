import process from 'node:process';

/** Loaded into the proxy's process: on SIGUSR2 an error is thrown that nobody catches, and a promise rejected that nobody awaits. */
process.on('SIGUSR2', () => {
  void Promise.reject(new Error(`nobody awaits this: ${process.env.CANARY_REJECTED ?? ''}`, { cause: process.env.CANARY_REJECTED }));
  throw new TypeError(`nobody catches this: ${process.env.CANARY_UNCAUGHT ?? ''}`);
});
