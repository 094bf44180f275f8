import { expect, it } from 'vitest';
import { createFrames, createLines } from '../../src/terminal/frames.ts';
import { watch } from '../../src/terminal/watch.ts';
import { createTerminal } from '../support/terminal.ts';

it('frames that go to no terminal follow one another', async () => {
  const { stdout, printed } = createTerminal();
  const frames = createFrames(stdout);
  await frames.draw('a\n');
  await frames.draw('b\n');
  await frames.end();
  expect(printed.out).toBe('a\n\nb\n');
});

it('lines are as they are', async () => {
  const { stdout, printed } = createTerminal({ isTTY: true });
  const lines = createLines(stdout);
  await lines.draw('a\n');
  await lines.draw('b\n');
  await lines.end();
  expect(printed.out).toBe('a\nb\n');
});

it('on a terminal they take each other’s place on a screen of their own, and the last one stays', async () => {
  const { stdout, printed } = createTerminal({ isTTY: true });
  const frames = createFrames({ ...stdout, rows: 3 });
  await frames.draw('1\n2\n3\n4\n5\n');
  await frames.draw('6\n');
  await frames.end();
  const begin = '\u001b[?2026h\u001b[H';
  const end = '\u001b[J\u001b[?2026l';
  expect(printed.out).toBe(
    `\u001b[?1049h\u001b[?25l${begin}1\u001b[K\r\n2\u001b[K\r\n… 3 more lines\u001b[K${end}${begin}6\u001b[K${end}\u001b[?25h\u001b[?1049l6\n`,
  );
});

it('the terminal is given back, whatever happens', async () => {
  const { stdout, printed } = createTerminal({ isTTY: true });
  let count = 0;
  const failing = watch({ frames: createFrames(stdout), intervalMs: 0, signal: new AbortController().signal }, () => {
    count += 1;
    return count === 2 ? Promise.reject(new Error('no')) : Promise.resolve('a\n');
  });
  await expect(failing).rejects.toThrow('no');
  expect(printed.out.endsWith('\u001b[?25h\u001b[?1049la\n')).toBe(true);
});

it('watching ends with its signal, without another frame', async () => {
  const { stdout, printed } = createTerminal();
  const stop = new AbortController();
  await watch({ frames: createLines(stdout), intervalMs: 3_600_000, signal: stop.signal }, () => {
    setTimeout(() => stop.abort(), 0);
    return Promise.resolve('a\n');
  });
  expect(printed.out).toBe('a\n');
  await watch({ frames: createLines(stdout), intervalMs: 0, signal: stop.signal }, () => Promise.resolve('b\n'));
  expect(printed.out).toBe('a\n');
});
