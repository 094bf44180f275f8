import { expect, test } from 'vitest';
import { run } from '../support/codex-ops.ts';

/** Makes a Node tell on stderr what it loads. */
const TELL = `import { registerHooks } from 'node:module';
registerHooks({ load: (url, context, next) => (process.stderr.write(url + '\\n'), next(url, context)) });`;
const TELLING = ['--import', `data:text/javascript,${encodeURIComponent(TELL)}`];

test.each([[['--help']], [['status', '--help']], [['trace', '--help']]])(
  '%j starts with the table of commands and little else',
  async (args) => {
    const { code, err } = await run(args, '', { node: process.execPath, environment: { NODE_OPTIONS: TELLING.join(' ') } });
    const loaded = [...new Set(err.split('\n').filter((line) => /^(file|node):/.test(line)))];
    const packages = new Set(loaded.flatMap((url) => /\/node_modules\/([^/]+)\//.exec(url)?.[1] ?? []));
    expect(code).toBe(0);
    // Schemas, the redactor and the database are the business of what a command does.
    expect([...packages]).toEqual(['commander']);
    expect(loaded.filter((url) => url.includes('/packages/')).map((url) => url.split('/').at(-1))).toEqual(['service-thresholds.ts']);
  },
);
