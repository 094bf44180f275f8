import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchmarkContext } from '../benchmark.ts';
import { startProxyFront } from '../front/proxy-front.ts';
import { readProfile, summarise, type SelfTime } from '../profile/cpu-profile.ts';
import type { Table } from '../report/table.ts';
import { load } from './measurement.ts';
import { MODEL, scenarioWorker, type Scenario } from './scenario.ts';

const WARM_UP_S = 3;
const PROFILED_S = 6;
const SHOWN = 25;

/** Where the proxy's own time goes under one scenario. The profiler slows it by some per cent. */
export async function profileScenario(context: BenchmarkContext, scenario: Scenario): Promise<Table[]> {
  const name = `profile-${scenario.id}`;
  const folder = join(context.folder, name, 'profiles');
  mkdirSync(folder, { recursive: true });
  context.say(`${scenario.name}, profiled`);
  const codexBin = await scenarioWorker(context.folder, scenario);
  const nodeOptions = ['--cpu-prof', `--cpu-prof-dir=${folder}`];
  const proxy = await startProxyFront(context, { name, codexBin, model: MODEL, nodeOptions });
  await load(proxy, scenario, WARM_UP_S + PROFILED_S);
  await proxy.stop();
  const { idle, functions, owners } = summarise(readProfile(folder), PROFILED_S);
  const busy = `${((1 - idle) * 100).toFixed(0)} % busy`;
  return [
    { title: `${scenario.name}: own time by part, ${busy}`, columns: ['share', 'part'], rows: lines(owners) },
    { title: `${scenario.name}: own time by function, ${busy}`, columns: ['share', 'function'], rows: lines(functions) },
  ];
}

function lines(times: readonly SelfTime[]): string[][] {
  return times.slice(0, SHOWN).map(({ name, share }) => [`${(share * 100).toFixed(1)}%`, name]);
}
