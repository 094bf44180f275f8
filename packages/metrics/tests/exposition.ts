import { expect } from 'vitest';

/** Series and values of an exposition in Prometheus' text format; fails on what is not a line of it. */
export function parseExposition(text: string): Map<string, number> {
  const samples = new Map<string, number>();
  expect(text.endsWith('\n')).toBe(true);
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('# HELP ') || line.startsWith('# TYPE ')) continue;
    const match = /^([a-z_:][a-z0-9_:]*(?:\{(?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)+\})?) (\S+)$/i.exec(line);
    expect(match, line).not.toBeNull();
    const [, series = '', value = ''] = match ?? [];
    expect(samples.has(series), `${series} appears twice`).toBe(false);
    samples.set(series, value === '+Inf' ? Infinity : value === '-Inf' ? -Infinity : Number(value));
  }
  return samples;
}
