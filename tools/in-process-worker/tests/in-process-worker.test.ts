import { once } from 'node:events';
import { createInProcessWorker, type InProcessWorker } from '@codex-proxy/in-process-worker';
import { expect, test, vi } from 'vitest';

const Worker = createInProcessWorker(vi);

const program = new URL('./fixtures/echo.ts', import.meta.url);

async function ask(worker: InProcessWorker, message: unknown): Promise<unknown> {
  const answer = once(worker, 'message');
  worker.postMessage(message);
  return (await answer)[0];
}

test('programs run in this process, each on its own port, and start threads of that kind', async () => {
  const [one, other] = [new Worker(program), new Worker(program)];
  expect(await ask(one, 'a')).toEqual({ message: 'a', asked: 1, threads: Worker.name });
  expect(await ask(other, 'b')).toEqual({ message: 'b', asked: 2, threads: Worker.name });
  expect(Reflect.get(globalThis, 'asked')).toBe(2);
  for (const worker of [one, other]) {
    const exit = once(worker, 'exit');
    worker.terminate();
    expect(await exit).toEqual([0]);
  }
});

test('what is transferred is gone here', async () => {
  const worker = new Worker(program);
  const bytes = new Uint8Array([1, 2, 3]);
  const answer = once(worker, 'message');
  worker.postMessage(bytes, [bytes.buffer]);
  expect(bytes).toHaveLength(0);
  expect((await answer)[0].message).toEqual(new Uint8Array([1, 2, 3]));
  worker.terminate();
});
