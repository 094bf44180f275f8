import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { promtool } from '@codex-proxy/run';
import { ROWS } from '../dashboard/rows.ts';
import { INTERVAL_MS } from '../live/pace.ts';
import { REPOSITORY } from '../live/program.ts';
import type { Prometheus } from '../live/prometheus.ts';
import { runDrill, type Drill } from './drill.ts';
import { INCIDENTS } from './incidents.ts';
import { drawPicture, drillQuery, legendOf } from './picture.ts';
import { firingOf, KEPT, renderReport, type DrawnPanel } from './report.ts';

const EXIT_USAGE = 64;
const EVIDENCE = 'docs/app-server-migration/alerts/evidence/3-4';
/** Before the fault and after the clearing. */
const MARGIN_MS = 15_000;
const USAGE = `usage: npm run drill -- [--out DIR]

Makes the faults of ${INCIDENTS.length} alerts on a real proxy that a real Prometheus watches, captures evidence with codex-ops,
mends them, and writes dry-run.md with its files. Takes about ten minutes.

  --out   the folder to write; default ${EVIDENCE}`;

const say = (line: string): void => void process.stderr.write(`drill: ${line}\n`);

function readOut(): string {
  try {
    const { values } = parseArgs({ options: { out: { type: 'string', default: join(REPOSITORY, EVIDENCE) } } });
    return resolve(values.out);
  } catch {
    process.stderr.write(`${USAGE}\n`);
    process.exit(EXIT_USAGE);
  }
}

const out = readOut();
const context = { root: REPOSITORY, env: process.env, signal: new AbortController().signal, say, output: 'captured' } as const;
const tool = await promtool(context);
if (tool.path === undefined) {
  say(tool.problem ?? 'there is no Prometheus');
  process.exit(1);
}
const binary = join(dirname(tool.path), 'prometheus');
const version = /version (\d+\.\d+\.\d+)/.exec(execFileSync(binary, ['--version'], { encoding: 'utf8' }))?.[1] ?? 'of unknown version';
const { version: proxyVersion } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as { version: string };
const pictures: Record<string, DrawnPanel[]> = {};
/** Written when the whole drill went well, so that a broken one leaves the old evidence as it was. */
const files = new Map<string, string>();

const drill = await runDrill({
  binary,
  incidents: INCIDENTS,
  say,
  keep: (incident, folder, clean) => {
    for (const [from, to] of Object.entries(KEPT)) files.set(join(incident.name, to), clean(readFileSync(join(folder, from), 'utf8')));
  },
  onEnd: drawAll,
});
const kept = (incident: string, file: string): string => files.get(join(incident, file)) ?? '';
files.set('dry-run.md', renderReport({ drill, versions: { proxy: proxyVersion, prometheus: version }, pictures, kept }));
for (const [path, text] of files) {
  mkdirSync(dirname(join(out, path)), { recursive: true });
  writeFileSync(join(out, path), text);
}
say(`${files.size} files in ${out}`);

async function drawAll({ drilled, firings }: Drill, prometheus: Prometheus): Promise<void> {
  const panels = ROWS.flatMap((row) => row.panels);
  for (const each of drilled) {
    const { incident, injectedAtMs } = each;
    const { firedAtMs, clearedAtMs = Date.now() } = firingOf(each, firings);
    const span = { fromMs: injectedAtMs - MARGIN_MS, toMs: clearedAtMs + MARGIN_MS, stepMs: 2 * INTERVAL_MS };
    const drawn: DrawnPanel[] = [];
    for (const title of incident.panels) {
      const panel = panels.find((one) => one.title === title);
      if (panel === undefined) throw new Error(`there is no panel ${title}`);
      const asked = panel.queries.map(async ({ expr, legend }) =>
        (await prometheus.course(drillQuery(expr), span)).map((course) => ({ legend: legendOf(legend, course.labels), course })),
      );
      const series = (await Promise.all(asked)).flat();
      const file = `${incident.name}/${title
        .toLowerCase()
        .replaceAll(/[^a-z0-9]+/g, '-')
        .replace(/-$/, '')}.svg`;
      files.set(file, await drawPicture({ panel, series, alert: incident.alert, firedAtMs, clearedAtMs }));
      drawn.push({ title, file });
    }
    pictures[incident.name] = drawn;
  }
}
