import { ServerResponse } from 'node:http';
import process from 'node:process';

/**
 * Preloaded into a proxy, is a defect of its own. Whoever answers a request with the header `X-Fail` meets, once, an error that no one expected:
 * `begin`, when it names the type of the answer; `later`, with the second piece of it. On SIGUSR2 an error is thrown that nobody catches, and a
 * promise rejected that nobody awaits.
 */
const written = new WeakMap<ServerResponse, number>();

function failing(method: 'setHeader' | 'write', fails: (response: ServerResponse, argument: unknown) => boolean): void {
  const real = Reflect.get(ServerResponse.prototype, method);
  Reflect.set(ServerResponse.prototype, method, function (this: ServerResponse, ...args: unknown[]) {
    if (fails(this, args[0])) throw new TypeError('nobody expected this');
    return Reflect.apply(real, this, args);
  });
}

function nth(response: ServerResponse): number {
  const count = (written.get(response) ?? 0) + 1;
  written.set(response, count);
  return count;
}

failing('setHeader', (response, name) => response.req.headers['x-fail'] === 'begin' && name === 'Content-Type' && nth(response) === 1);
failing('write', (response) => response.req.headers['x-fail'] === 'later' && nth(response) === 2);

process.on('SIGUSR2', () => {
  void Promise.reject(new Error('nobody awaits this'));
  throw new TypeError('nobody catches this');
});
