import fc from 'fast-check';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createRedactor } from '@codex-proxy/redaction';
import { describe, expect, it } from 'vitest';
import { createPlanted } from '../src/smoke/planted.ts';
import { kindsInText, searchSinks } from '../src/smoke/sinks.ts';
import { deltaOf, readStream } from '../src/smoke/streamed-answer.ts';
import { createRandomExamples } from '../src/validate/random.ts';
import { temporaryFolder } from './support/folder.ts';

describe('what is planted', () => {
  it('is another in each run, is taken out by the rules, and is known by its parts', () => {
    const [one, other] = [createPlanted(), createPlanted()];
    expect(one.map(({ text }) => text)).not.toEqual(other.map(({ text }) => text));
    expect(one.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['github_token', 'openai_key', 'password']));
    const redactor = createRedactor();
    for (const { text, kind } of one) {
      expect(kindsInText(`before ${text} behind`, one)).toContain(kind);
      expect(kindsInText(redactor.text(`before ${text} behind`), one)).toEqual([]);
      expect(kindsInText(text, other)).toEqual([]);
    }
  });
});

describe('the search of a state folder', () => {
  it('finds a secret wherever it stands in a file, packed or not, and tells the worker’s own home apart', async () => {
    const folder = temporaryFolder();
    const planted = createPlanted();
    const [github, ...rest] = planted.filter(({ kind }) => kind === 'github_token');
    expect(rest).toEqual([]);
    mkdirSync(join(folder, 'codex-home'));
    // Over the edge of what is read at once.
    writeFileSync(join(folder, 'access.ndjson'), `${'x'.repeat(65_536 - 20)}${github!.text}`);
    writeFileSync(join(folder, 'access.1.ndjson.gz'), gzipSync(`line\n${planted[0]!.text}\n`));
    writeFileSync(join(folder, 'codex-home', 'logs'), github!.text);
    writeFileSync(join(folder, 'clean'), 'nothing');
    const { files, leaks, workerLeaks } = await searchSinks(folder, planted);
    expect(files).toBe(4);
    expect(leaks.toSorted()).toEqual([`access.1.ndjson.gz holds ${planted[0]!.kind}`, 'access.ndjson holds github_token']);
    expect(workerLeaks).toEqual(['codex-home/logs holds github_token']);
  });
});

describe('a stream', () => {
  const chunk = (delta: object, rest: object = {}): string => `data: ${JSON.stringify({ id: 'c', choices: [{ delta, ...rest }] })}\n\n`;
  const body = [
    chunk({ role: 'assistant', content: '' }),
    ': keepalive\n\n',
    chunk({ content: 'Hällo ' }),
    chunk({ content: '🐋' }),
    chunk({}, { finish_reason: 'stop' }),
    `data: ${JSON.stringify({ choices: [], usage: { prompt_tokens: 3, completion_tokens: 2 } })}\n\n`,
    'data: [DONE]\n\n',
  ].join('');

  it('is read the same however it is cut', async () => {
    const bytes = Buffer.from(body);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), async (sizes) => {
        const pieces: Uint8Array<ArrayBuffer>[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          pieces.push(new Uint8Array(bytes.subarray(at, at + size)));
          at += size;
        }
        const answer = await readStream(new Response(ReadableStream.from(pieces)), 0);
        expect(answer).toMatchObject({ text: 'Hällo 🐋', finishReason: 'stop', tokens: { prompt: 3, response: 2 }, isDone: true });
        expect(deltaOf(answer.chunks[0]!)).toEqual({ role: 'assistant', content: '' });
      }),
    );
  });

  it('that failed has its code, and one that was cut has no end', async () => {
    const failed = await readStream(new Response('data: {"error":{"code":"worker_exited"}}\n\ndata: [DONE]\n\n'), 0);
    expect(failed).toMatchObject({ errorCode: 'worker_exited', isDone: true, text: '' });
    expect(await readStream(new Response(body.slice(0, 120)), 0)).toMatchObject({ isDone: false, errorCode: undefined });
    expect(await readStream(new Response(null), 0)).toMatchObject({ isDone: false, chunks: [] });
  });
});

it('random examples are of the characters and the length that were asked for', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 0, max: 100 }), (seed, length) => {
      const random = createRandomExamples(seed);
      expect(random.pick('A-Za-z0-9_-', length)).toMatch(new RegExp(`^[A-Za-z0-9_-]{${length}}$`));
      expect(random.pick('a-f', length)).toMatch(new RegExp(`^[a-f]{${length}}$`));
      expect(random.index(7)).toBeLessThan(7);
    }),
    { numRuns: 50 },
  );
});
