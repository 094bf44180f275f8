import { replyTo, refusalText } from '../../proxy-client/reply.ts';
import type { TokenKind } from '../../proxy-client/tokens.ts';
import type { CaptureParts, Collector } from '../capture.ts';

interface Route {
  readonly path: string;
  readonly file: string;
  readonly token?: TokenKind | readonly TokenKind[];
  /** Its answer stands for itself whatever its status: a probe. */
  readonly isProbe?: true;
}

const ROUTES: readonly Route[] = [
  { path: '/livez', file: 'probes/livez.json', isProbe: true },
  { path: '/readyz', file: 'probes/readyz.json', isProbe: true },
  { path: '/healthz', file: 'probes/healthz.json', isProbe: true },
  { path: '/internal/maintenance', file: 'state/maintenance.json', token: 'admin' },
  { path: '/internal/trace-buffer', file: 'state/trace-buffer.json', token: 'admin' },
  { path: '/internal/worker/recycle', file: 'state/worker-recycle.json', token: 'admin' },
  { path: '/api/runs?limit=100', file: 'state/runs.json', token: ['api', 'admin'] },
];

/** Probes and states, as the proxy tells them: status, headers that matter, body. */
export async function captureRoutes(parts: CaptureParts, into: Collector): Promise<void> {
  const { requestId } = parts;
  const ofRequest: readonly Route[] =
    requestId === undefined
      ? []
      : [
          { path: `/api/runs/${encodeURIComponent(requestId)}`, file: 'request/run.json', token: ['api', 'admin'] },
          {
            path: `/api/runs/${encodeURIComponent(requestId)}/events?limit=1000`,
            file: 'request/run-events.json',
            token: ['api', 'admin'],
          },
          { path: `/internal/trace-buffer/${encodeURIComponent(requestId)}`, file: 'request/trace-artifact.json', token: 'admin' },
        ];
  for (const route of [...ROUTES, ...ofRequest]) await captureRoute(route, parts, into);
}

async function captureRoute(
  { path, file, token, isProbe }: Route,
  { client, scrubber, signal }: CaptureParts,
  into: Collector,
): Promise<void> {
  const kinds = typeof token === 'string' ? [token] : (token ?? []);
  if (kinds.length > 0 && !kinds.some((kind) => client.hasToken(kind))) {
    into.miss(file, `no token for ${path} is known: PROXY_ADMIN_TOKEN, PROXY_API_KEY`);
    return;
  }
  try {
    const { status, headers, json, text } = await replyTo(client, { path, signal, ...(token === undefined ? {} : { token }) });
    if (status !== 200 && isProbe !== true) return into.miss(file, `GET ${path}: ${refusalText(status, text)}`);
    const shown = { status, date: headers.get('date'), request_id: headers.get('x-request-id'), retry_after: headers.get('retry-after') };
    into.add(file, `GET ${path}`, scrubber.document({ ...shown, body: json ?? null }));
  } catch (error) {
    into.miss(file, error instanceof Error ? error.message : 'no answer');
  }
}
