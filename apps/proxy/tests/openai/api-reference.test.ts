import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { chatCompletionRequestSchema, errorEnvelope } from '@codex-proxy/contracts';
import { describe, expect, test } from 'vitest';
import { NO_ROUTE, routeTemplate } from '../../src/ingress/route-template.ts';
import { ChunkWriter, DONE, errorEvent, KEEPALIVE } from '../../src/openai/chunk-writer.ts';
import { IGNORED_PARAMETERS, REFUSED_PARAMETERS } from '../../src/openai/parameters.ts';

const reference = readFileSync(join(import.meta.dirname, '../../../../docs/reference/api.md'), 'utf8');

/** Cells of the table whose first column is headed `heading`, a row a line. */
function table(heading: string): string[][] {
  const lines = reference.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${heading} |`));
  expect(start, `a table of ${heading}`).toBeGreaterThan(-1);
  const rows: string[][] = [];
  for (const line of lines.slice(start + 2)) {
    if (!line.startsWith('|')) break;
    rows.push(
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  }
  return rows;
}

const unquoted = (cell = ''): string => cell.replaceAll('`', '');

/** Parameters that the official client knows. */
function clientParameters(): string[] {
  const folder = dirname(createRequire(import.meta.url).resolve('openai'));
  const types = readFileSync(join(folder, 'resources/chat/completions/completions.d.ts'), 'utf8');
  const start = types.indexOf('export interface ChatCompletionCreateParamsBase {');
  expect(start).toBeGreaterThan(-1);
  return [...types.slice(start, types.indexOf('\n}\n', start)).matchAll(/^ {4}(\w+)\??:/gm)].map((match) => match[1] ?? '');
}

function treatment(name: string): string {
  if (name in REFUSED_PARAMETERS) return 'refused';
  if (IGNORED_PARAMETERS.includes(name)) return 'ignored';
  return name in chatCompletionRequestSchema.shape ? 'honoured' : 'no effect';
}

describe('the table of parameters', () => {
  const rows = table('parameter');

  test('has a row for each that the code or the official client knows, and no other', () => {
    const known = new Set([
      ...Object.keys(chatCompletionRequestSchema.shape),
      ...Object.keys(REFUSED_PARAMETERS),
      ...IGNORED_PARAMETERS,
      ...clientParameters(),
    ]);
    expect(rows.map(([name]) => unquoted(name)).sort()).toEqual([...known].sort());
  });

  test.each(rows.map(([name, said, details]) => [unquoted(name), said, details]))(
    'says what the code does with %s',
    (name = '', said, details) => {
      expect(said).toBe(treatment(name));
      if (said === 'refused') expect(details).toBe(REFUSED_PARAMETERS[name]?.why);
    },
  );
});

test('the table of routes has those that there are', () => {
  const routes = table('route').map(([path]) => unquoted(path));
  expect(routes).toEqual([
    '/v1/chat/completions',
    '/v1/models',
    '/v1/models/:id',
    '/livez',
    '/readyz',
    '/healthz',
    '/metrics',
    '/internal/maintenance',
    '/internal/trace-buffer',
    '/internal/trace-buffer/:requestId',
    '/internal/worker/recycle',
    '/api/runs',
    '/api/runs/:runId',
    '/api/runs/:runId/events',
  ]);
  for (const route of routes) expect(routeTemplate(route)).not.toBe(NO_ROUTE);
});

test('the stream that is shown is one that is sent', () => {
  const chunks = new ChunkWriter({ id: 'chatcmpl-4f', created: 1_795_226_400, model: 'demo-codex', includeUsage: true });
  const usage = {
    prompt_tokens: 12,
    completion_tokens: 1,
    total_tokens: 13,
    prompt_tokens_details: { cached_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0 },
  };
  expect(reference).toContain(
    chunks.role() + KEEPALIVE + chunks.content('Hi') + chunks.finish('stop') + chunks.usage(usage) + DONE.trimEnd(),
  );
  expect(reference).toContain(
    errorEvent(errorEnvelope('worker_exited', 'The Codex worker ended while it worked on this request.')) + DONE.trimEnd(),
  );
});
