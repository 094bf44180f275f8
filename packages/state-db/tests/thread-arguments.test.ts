import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { threadArguments } from '../src/index.ts';
import { newDatabasePath } from './fixtures/folder.ts';

test('a thread gets the conditions of its process, in either form, and nothing else', () => {
  const execArgv = ['--max-semi-space-size=8', '-C', 'source', '--input-type=module', '--conditions=other', '--conditions', 'third', '-e'];
  expect(threadArguments(execArgv)).toEqual(['-C', 'source', '--conditions=other', '--conditions', 'third']);
});

test('a process with options that no thread may have opens its database', () => {
  const program = `
    import { openStateDb } from '@codex-proxy/state-db';
    const stateDb = await openStateDb({ path: process.argv[1] });
    await stateDb.close();
    console.log('closed');`;
  const options = ['--max-semi-space-size=8', '--expose-gc', '-C', '@codex-proxy/source', '--input-type=module'];
  const { stdout, stderr } = spawnSync(process.execPath, [...options, '-e', program, newDatabasePath()], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  });
  expect([stdout, stderr]).toEqual(['closed\n', '']);
});
