import { constants, fstatSync, openSync, writeSync } from 'node:fs';
import type { Chunk } from '../buffer/line-buffer.ts';

/** `busy`: nothing could be written now. `gone`: nothing ever will. */
export type WriteResult = 'written' | 'busy' | 'gone';

/** Writes some of a chunk to a descriptor, keeping the chunk's offset up to date. */
export type Output = (chunk: Chunk) => WriteResult;

const GONE_CODES: readonly unknown[] = ['EPIPE', 'EBADF', 'ECONNRESET'];

/**
 * Writes to pipes and sockets never wait for their reader. They are made on the calling thread all the same: one under way on
 * another thread could not be awaited when the process ends, and would mix with the last lines.
 */
export function openOutput(requestedFd: number): Output {
  const fd = unblocked(requestedFd);
  return (chunk) => {
    try {
      chunk.offset += writeSync(fd, chunk.bytes, chunk.offset);
      return 'written';
    } catch (error) {
      return error instanceof Error && 'code' in error && GONE_CODES.includes(error.code) ? 'gone' : 'busy';
    }
  };
}

function unblocked(fd: number): number {
  try {
    const kind = fstatSync(fd);
    // A pipe can be opened anew, which leaves the flags of other processes that hold it alone.
    if (kind.isFIFO()) return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK);
    // A socket cannot; Node's own stream sets the flag when it is first touched, and takes it back at exit.
    if (kind.isSocket() && fd === 1) void process.stdout;
    return fd;
  } catch {
    return fd;
  }
}
