import { expect, test } from 'vitest';
import { compare } from '../src/archive/compare.ts';
import { ArchiveError, toArchiveError } from '../src/errors.ts';

test('whatever was thrown becomes an error with a code', () => {
  expect(toArchiveError('a text')).toMatchObject({ code: 'archive_write_failed', message: 'a text' });
  expect(toArchiveError(Object.assign(new Error('no room'), { code: 'ENOSPC' }))).toMatchObject({
    code: 'archive_disk_full',
    message: 'no room (ENOSPC)',
  });
  const known = new ArchiveError('archive_missing', 'gone');
  expect(toArchiveError(known)).toBe(known);
});

test('an archive that holds fewer rows than the table gave is refused, though it is what was written', () => {
  const digest = { bytes: 1, sha256: 'a' };
  const written = { rows: 2, compressed: digest, original: digest };
  expect(() => compare(written, written)).not.toThrow();
  expect(() => compare(written, { ...written, rows: 1 })).toThrow('it holds 1 rows of 2');
});
