import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { artifactName, isTemporaryName, parseArtifactName, temporaryName } from '../src/artifact/artifact-name.ts';

const requestId = fc.stringMatching(/^req_[A-Za-z0-9_-]{1,64}$/);
const endedAtMs = fc.integer({ min: 0, max: Date.UTC(9_999, 11, 31) });

describe('the name of an artifact', () => {
  test('is the end of the request in UTC, basic format, and its id', () => {
    expect(artifactName('req_V1StGXR8_Z5j-Hi', Date.UTC(2026, 10, 21, 2, 10, 3, 194))).toBe(
      '20261121T021003.194Z-req_V1StGXR8_Z5j-Hi.json',
    );
  });

  test('tells what it was made of', () => {
    fc.assert(
      fc.property(requestId, endedAtMs, (id, atMs) => {
        const name = artifactName(id, atMs) ?? '';
        expect(parseArtifactName(name)).toEqual({ name, requestId: id, endedAtMs: atMs });
        expect(parseArtifactName(temporaryName(name))).toBeUndefined();
        expect(isTemporaryName(temporaryName(name))).toBe(true);
        expect(isTemporaryName(name)).toBe(false);
      }),
    );
  });

  test.each(['', 'req_', 'req_../../etc/passwd', 'req_a/b', 'req_a\0', 'run_a', 'req_a.json', 'req_ä', `req_${'a'.repeat(65)}`, 'req_a\n'])(
    'is refused to the id %j',
    (id) => {
      expect(artifactName(id, 0)).toBeUndefined();
    },
  );

  test.each([Number.NaN, -1, Number.POSITIVE_INFINITY, 1e15])('is refused to the time %s', (atMs) => {
    expect(artifactName('req_a', atMs)).toBeUndefined();
  });

  test.each([
    '20261121T021003.194Z-req_a.json.gz',
    'x20261121T021003.194Z-req_a.json',
    '20261121T021003Z-req_a.json',
    '20261121T021003.194Z-run_a.json',
    '20260231T021003.194Z-req_a.json',
    '20261321T021003.194Z-req_a.json',
    '20261121T251003.194Z-req_a.json',
    '2026-11-21T02:10:03.194Z-req_a.json',
    '20261121T021003.194Z-req_a.json\n',
    'maintenance.json',
    '..',
  ])('is not %j', (name) => {
    expect(parseArtifactName(name)).toBeUndefined();
  });
});
