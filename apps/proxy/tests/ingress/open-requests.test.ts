import { expect, test, vi } from 'vitest';
import { OpenRequests } from '../../src/ingress/open-requests.ts';
import { RequestRecord } from '../../src/ingress/request-record.ts';

const record = (suffix: string): RequestRecord =>
  new RequestRecord({ suffix, clientRequestId: undefined, method: 'POST', route: '/v1/chat/completions', startedAtMs: 0 });

test('a request ends once, by itself or because all are abandoned', () => {
  const open = new OpenRequests();
  const [done, left] = [record('done'), record('left')];
  const [endDone, endLeft] = [vi.fn(), vi.fn()];
  open.begin(done, endDone);
  open.begin(left, endLeft);
  open.end(done);
  open.end(done);
  expect(endLeft).not.toHaveBeenCalled();
  open.abandon();
  open.end(left);
  open.abandon();
  expect([endDone, endLeft].map((end) => end.mock.calls.length)).toEqual([1, 1]);
  expect([done.failed, left.failed]).toEqual([false, true]);
});
