import type { Benchmark } from './benchmark.ts';

/**
 * The benchmarks that `names` choose: each by its own name, or a family such as `proxy` by the part before a dash. All without a name.
 * @throws Error that lists what there is, for a name that chooses nothing.
 */
export function select(benchmarks: readonly Benchmark[], names: readonly string[]): Benchmark[] {
  const chosen = names.map((name) => {
    const matching = benchmarks.filter((benchmark) => benchmark.name === name || benchmark.name.startsWith(`${name}-`));
    if (matching.length === 0)
      throw new Error(`there is no benchmark ${JSON.stringify(name)}: ${benchmarks.map((each) => each.name).join(', ')}`);
    return matching;
  });
  return names.length === 0 ? [...benchmarks] : benchmarks.filter((benchmark) => chosen.some((matching) => matching.includes(benchmark)));
}
