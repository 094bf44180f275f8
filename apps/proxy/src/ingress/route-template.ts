/** Every route by path. Paths match to the letter: no trailing slash, no other case. */
const EXACT: ReadonlySet<string> = new Set([
  '/v1/chat/completions',
  '/v1/models',
  '/livez',
  '/readyz',
  '/healthz',
  '/metrics',
  '/internal/maintenance',
  '/internal/trace-buffer',
  '/internal/worker/recycle',
  '/api/runs',
]);

const TEMPLATES: readonly (readonly [RegExp, string])[] = [
  [/^\/v1\/models\/[^/]+$/, '/v1/models/:id'],
  [/^\/api\/runs\/[^/]+$/, '/api/runs/:runId'],
  [/^\/api\/runs\/[^/]+\/events$/, '/api/runs/:runId/events'],
  [/^\/internal\/trace-buffer\/[^/]+$/, '/internal/trace-buffer/:requestId'],
];

/** Template of paths that no route has. */
export const NO_ROUTE = 'other';

/** The route template of a path, for logs and labels; `other` for paths that no route has, which are not routed at all. */
export function routeTemplate(path: string): string {
  if (EXACT.has(path)) return path;
  return TEMPLATES.find(([pattern]) => pattern.test(path))?.[1] ?? NO_ROUTE;
}
