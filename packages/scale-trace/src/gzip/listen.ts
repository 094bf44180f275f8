import type { MessagePort } from 'node:worker_threads';
import { toArchiveError } from '../errors.ts';
import { free } from './memory.ts';
import type { FromGzip, ToGzip } from './messages.ts';
import { deflate, inflate } from './pieces.ts';

const TASKS = { deflate, inflate };

/** Answers one after another. */
export function listen(port: MessagePort): void {
  const answerTo = ({ task, bytes }: ToGzip): FromGzip => {
    try {
      return { kind: 'done', bytes: TASKS[task](bytes) };
    } catch (error) {
      const { code, message } = toArchiveError(error);
      return { kind: 'failed', failure: { code, message } };
    }
  };
  port.on('message', (message: ToGzip) => {
    const answer = answerTo(message);
    free(message.bytes);
    port.postMessage(answer, answer.kind === 'done' ? [answer.bytes.buffer] : []);
  });
}
