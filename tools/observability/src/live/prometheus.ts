import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { freePort, startProgram } from './program.ts';

/** A series of a query's answer with its samples, those that are numbers. */
export interface Answer {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly number[];
}

/** A series of a query's answer with its samples in time, in milliseconds since 1970. */
export interface Course {
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly { readonly timeMs: number; readonly value: number }[];
}

export interface FiringAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: 'pending' | 'firing';
}

export interface Prometheus {
  /** What `expr` gave at any time in the last `seconds`. */
  query(expr: string, seconds: number): Promise<Answer[]>;
  /** The course of `expr`, a point a step. */
  course(expr: string, span: { fromMs: number; toMs: number; stepMs: number }): Promise<Course[]>;
  /** The samples of `selector` in the last `seconds`, as they were written. */
  samples(selector: string, seconds: number): Promise<Course[]>;
  alerts(): Promise<FiringAlert[]>;
  /** What it had to say: nothing but information, if all goes well. */
  output(): string;
  stop(): Promise<void>;
}

/** @param targets Addresses to be scraped, by job. */
export async function startPrometheus(
  binary: string,
  folder: string,
  { rules, targets, intervalMs }: { rules: string; targets: Readonly<Record<string, readonly string[]>>; intervalMs: number },
): Promise<Prometheus> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'rules.yaml'), rules);
  const interval = `${intervalMs}ms`;
  const config = {
    global: { scrape_interval: interval, scrape_timeout: interval, evaluation_interval: interval },
    rule_files: ['rules.yaml'],
    scrape_configs: Object.entries(targets).map(([job_name, addresses]) => ({ job_name, static_configs: [{ targets: addresses }] })),
  };
  writeFileSync(join(folder, 'prometheus.yaml'), stringify(config));
  const port = await freePort();
  const program = startProgram(
    binary,
    [
      `--config.file=${join(folder, 'prometheus.yaml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
    { cwd: folder, env: process.env },
  );
  const url = `http://127.0.0.1:${port}`;
  const get = async (path: string, parameters: Readonly<Record<string, string>> = {}): Promise<unknown> => {
    const response = await fetch(`${url}${path}?${new URLSearchParams(parameters).toString()}`);
    const body = (await response.json()) as { status: string; error?: string; data: unknown };
    if (body.status !== 'success') throw new Error(`${JSON.stringify(parameters)}: ${body.error ?? ''}`);
    return body.data;
  };
  while (
    !(await fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (program.child.exitCode !== null) throw new Error(`Prometheus has ended: ${program.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const matrix = async (path: string, parameters: Readonly<Record<string, string>>): Promise<Course[]> => {
    const data = (await get(path, parameters)) as { result: { metric: Record<string, string>; values: [number, string][] }[] };
    return data.result.map(({ metric, values }) => ({
      labels: metric,
      points: values.map(([time, value]) => ({ timeMs: Math.round(time * 1_000), value: Number(value) })),
    }));
  };
  const course: Prometheus['course'] = (expr, { fromMs, toMs, stepMs }) =>
    matrix('/api/v1/query_range', { query: expr, start: `${fromMs / 1_000}`, end: `${toMs / 1_000}`, step: `${stepMs / 1_000}` });
  return {
    course,
    samples: (selector, seconds) => matrix('/api/v1/query', { query: `${selector}[${seconds}s]` }),
    query: async (expr, seconds) => {
      const toMs = Date.now();
      const courses = await course(expr, { fromMs: toMs - seconds * 1_000, toMs, stepMs: 500 });
      return courses
        .map(({ labels, points }) => ({ labels, values: points.map(({ value }) => value).filter((value) => !Number.isNaN(value)) }))
        .filter(({ values }) => values.length > 0);
    },
    alerts: async () => ((await get('/api/v1/alerts')) as { alerts: FiringAlert[] }).alerts,
    output: program.output,
    stop: program.stop,
  };
}
