import { createHash } from 'node:crypto';
import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { INCIDENTS } from '../../src/drill/incidents.ts';
import { KEPT } from '../../src/drill/report.ts';
import { REPOSITORY } from '../../src/live/program.ts';

const EVIDENCE = join(REPOSITORY, 'docs/app-server-migration/alerts/evidence/3-4');
const MOST_PICTURE_BYTES = 60_000;
const STAMP = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;

const read = (path: string): string => readFileSync(join(EVIDENCE, path), 'utf8');
const report = read('dry-run.md');

interface ManifestFile {
  readonly path: string;
  readonly sha256: string;
}

describe.each(INCIDENTS)('the evidence of $name', ({ name, alert, panels }) => {
  test('has when its alert fired and cleared, in this order', () => {
    const row = report.split('\n').find((line) => line.startsWith(`| [${alert}]`)) ?? '';
    const times = row.match(new RegExp(STAMP, 'g')) ?? [];
    expect(times.length, row).toBeGreaterThanOrEqual(3);
    expect([...times].sort()).toEqual(times);
    const [, fired = ''] = times;
    const cleared = times.at(-1) ?? '';
    expect(report).toContain(`- **Fired** at ${fired}.`);
    expect(report).toContain(`- **Cleared** at ${cleared}.`);
  });

  test('has what codex-ops captured, as its manifest lists it', () => {
    const { alert: about, files } = JSON.parse(read(`${name}/manifest.json`)) as { alert: string; files: ManifestFile[] };
    expect(about).toBe(alert);
    for (const [from, to] of Object.entries(KEPT).filter(([path]) => path !== 'manifest.json')) {
      const listed = files.find(({ path }) => path === from);
      const digest = createHash('sha256')
        .update(read(`${name}/${to}`))
        .digest('hex');
      expect(listed?.sha256, to).toBe(digest);
    }
  });

  test('has a picture of every panel, small enough to be committed', () => {
    const pictures = globSync(`${name}/*.svg`, { cwd: EVIDENCE });
    expect(pictures).toHaveLength(panels.length);
    for (const picture of pictures) {
      expect(statSync(join(EVIDENCE, picture)).size).toBeLessThan(MOST_PICTURE_BYTES);
      expect(report).toContain(`](${picture})`);
      expect(read(picture)).toMatch(/fires \d\d:\d\d:\d\d/);
    }
  });
});

test('no place of a machine and no key is in the evidence', () => {
  for (const path of globSync('**/*.*', { cwd: EVIDENCE })) {
    expect(read(path), path).not.toContain(REPOSITORY);
    expect(read(path), path).not.toMatch(/\/(tmp|home|root|Users|var)\//);
    expect(read(path), path).not.toMatch(/Bearer [^$]|sk-\w{8}|-of-the-(one|proxy)-/);
  }
});
