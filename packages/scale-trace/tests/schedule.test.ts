import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readOperatorRules } from '@codex-proxy/redaction';
import { ArchiveSchedule, type ArchiveScheduleOptions } from '@codex-proxy/scale-trace';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { countRows, insertRows, newAgentLogs, readJson, stamp, type AgentLogs } from './fixtures/agent-logs.ts';

interface Scheduled {
  readonly schedule: ArchiveSchedule;
  readonly heard: string[];
}

function scheduled({ path, folder }: AgentLogs, options: Partial<ArchiveScheduleOptions> = {}): Scheduled {
  const heard: string[] = [];
  const schedule = new ArchiveSchedule({
    dbPath: path,
    outputDir: folder,
    thresholdBytes: 65_536,
    intervalMs: 3_600_000,
    debounceMs: 3_600_000,
    onOutcome: ({ kind }) => heard.push(kind),
    onPrune: ({ files }) => heard.push(`pruned ${files}`),
    onFailure: ({ code }) => heard.push(code),
    ...options,
  });
  onTestFinished(() => schedule.stop());
  return { schedule, heard };
}

const heardOf = async ({ heard }: Scheduled, count: number): Promise<void> =>
  vi.waitFor(() => expect(heard.length).toBeGreaterThanOrEqual(count), { timeout: 20_000 });

describe('a schedule', () => {
  test('archives on a thread, by the rules of the operator, and removes old archives', async () => {
    const logs = newAgentLogs(2_000);
    const secret = ['ACME', '123456'].join('-');
    logs.database.prepare('INSERT INTO agent_logs (created_at, message) VALUES (?, ?)').run(stamp(0), `of ${secret}`);
    mkdirSync(logs.folder);
    writeFileSync(join(logs.folder, 'agent_logs_20200101T000000.000Z.json.gz'), 'old');
    const redaction = await readOperatorRules({ rules: [{ id: 'acme', literals: ['ACME-'], pattern: 'ACME-\\d{6}' }] });
    const phases = new Set<string>();
    const it = scheduled(logs, {
      redaction,
      retentionDays: 90,
      onStart: ({ sizeBytes, thresholdBytes }) => it.heard.push(`started ${sizeBytes > thresholdBytes}`),
      onProgress: ({ phase }) => phases.add(phase),
    });
    await it.schedule.runNow();
    expect(it.heard).toEqual(['started true', 'archived', 'pruned 1']);
    expect([...phases]).toEqual(['export', 'verify', 'purge', 'reclaim']);
    const [name] = readdirSync(logs.folder).filter((file) => file.endsWith('.gz'));
    expect(readJson(join(logs.folder, name!)).at(-1)).toMatchObject({ message: 'of [redacted:acme]' });
  });

  test('looks at the start, and after completed runs once within the time of the debounce', async () => {
    const it = scheduled(newAgentLogs(), { debounceMs: 400 });
    it.schedule.start();
    it.schedule.start();
    await it.schedule.runNow();
    for (let run = 0; run < 50; run += 1) it.schedule.runCompleted();
    await heardOf(it, 2);
    await sleep(100);
    expect(it.heard).toEqual(['below_threshold', 'below_threshold']);
  });

  test('looks at each interval', async () => {
    const it = scheduled(newAgentLogs(), { intervalMs: 50 });
    it.schedule.start();
    await heardOf(it, 3);
  });

  test('looks that come together are one, and none comes after the end', async () => {
    const it = scheduled(newAgentLogs());
    await Promise.all([it.schedule.runNow(), it.schedule.runNow()]);
    await it.schedule.stop();
    it.schedule.start();
    it.schedule.runCompleted();
    await it.schedule.runNow();
    expect(it.heard).toEqual(['below_threshold']);
  });

  test('stops within a run, which the next one resumes', async () => {
    const logs = newAgentLogs(0);
    insertRows(logs, 20_000, { bytes: 100 });
    const stopped = Promise.withResolvers<undefined>();
    const it = scheduled(logs, {
      onProgress: ({ phase }) => {
        if (phase === 'purge') void it.schedule.stop().then(() => stopped.resolve(undefined));
      },
    });
    void it.schedule.runNow();
    await stopped.promise;
    expect(it.heard).toEqual(['stopped']);
    expect(countRows(logs)).toBeGreaterThan(0);
    const next = scheduled(logs);
    await next.schedule.runNow();
    expect(next.heard).toEqual(['resumed', 'below_threshold']);
    expect(countRows(logs)).toBe(0);
  });

  test('a run that fails is an outcome, and old archives that cannot be removed a failure', async () => {
    const logs = newAgentLogs(2_000);
    writeFileSync(logs.folder, 'in the way');
    const it = scheduled(logs, { retentionDays: 1 });
    await it.schedule.runNow();
    expect(it.heard).toEqual(['failed', 'archive_folder_unusable']);
    expect(readFileSync(logs.folder, 'utf8')).toBe('in the way');
  });

  test('removes no archive for its age while the time of day is not believed', async () => {
    const logs = newAgentLogs(5);
    mkdirSync(logs.folder);
    const path = join(logs.folder, 'agent_logs_20200101T000000.000Z.json.gz');
    writeFileSync(path, 'old');
    let believed = false;
    const it = scheduled(logs, { retentionDays: 90, mayPrune: () => believed });
    await it.schedule.runNow();
    expect([it.heard, existsSync(path)]).toEqual([['below_threshold'], true]);
    believed = true;
    await it.schedule.runNow();
    expect([it.heard.at(-1), existsSync(path)]).toEqual(['pruned 1', false]);
  });

  test('retention without archives has nothing to say; all options may be left out', async () => {
    const logs = newAgentLogs(5);
    await scheduled(logs, { retentionDays: 1 }).schedule.runNow();
    const bare = new ArchiveSchedule({ dbPath: logs.path, outputDir: logs.folder });
    bare.start();
    bare.runCompleted();
    await bare.runNow();
    await bare.stop();
    await bare.stop();
    expect(existsSync(logs.folder)).toBe(false);
  });
});
