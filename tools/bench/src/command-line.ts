import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { BenchmarkOptions } from './benchmark.ts';

const DEFAULT_REPETITIONS = 3;
const NODE_OPTION = /--max-[\w-]+=\d+/g;

export interface CommandLine {
  readonly names: readonly string[];
  readonly json: boolean;
  readonly list: boolean;
  readonly options: BenchmarkOptions;
}

/** @throws Error for an option that does not exist or a value that is none. */
export function readCommandLine(args: readonly string[], root: string): CommandLine {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      repetitions: { type: 'string', default: String(DEFAULT_REPETITIONS) },
      'proxy-node-option': { type: 'string', multiple: true },
    },
  });
  const repetitions = Number(values.repetitions);
  if (!Number.isInteger(repetitions) || repetitions < 1) throw new Error('--repetitions must be a whole number from 1');
  return {
    names: positionals,
    json: values.json,
    list: values.list,
    options: { profile: values.profile, repetitions, proxyNodeOptions: values['proxy-node-option'] ?? startOptions(root) },
  };
}

/** The memory options that `npm start` gives to Node, so that the proxy is measured as it is started. */
function startOptions(root: string): string[] {
  const manifest = z.object({ scripts: z.object({ start: z.string() }) });
  const { scripts } = manifest.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
  return scripts.start.match(NODE_OPTION) ?? [];
}
