/** Every route by path. Paths match to the letter: no trailing slash, no other case. */
const EXACT: ReadonlySet<string> = new Set(['/v1/chat/completions', '/v1/models', '/livez', '/readyz', '/healthz', '/metrics']);

const TEMPLATES: readonly (readonly [RegExp, string])[] = [[/^\/v1\/models\/[^/]+$/, '/v1/models/:id']];

/** The route template of a request target, for logs and labels; `other` for paths that no route has. */
export function routeTemplate(target: string): string {
  const end = target.indexOf('?');
  const path = end === -1 ? target : target.slice(0, end);
  if (EXACT.has(path)) return path;
  return TEMPLATES.find(([pattern]) => pattern.test(path))?.[1] ?? 'other';
}
