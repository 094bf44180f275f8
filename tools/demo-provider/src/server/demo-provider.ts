import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { readProviderRequest } from '../request/provider-request.ts';
import { demoScript } from '../script/demo-script.ts';
import type { ProviderScript } from '../script/provider-script.ts';
import { answerRequest, type AnswerSettings } from './answer-request.ts';
import { parseJson, readBody, replyError, replyJson } from './http-reply.ts';
import { RequestJournal, type RecordedRequest } from './request-journal.ts';

export interface DemoProviderOptions {
  /** Default `127.0.0.1`. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Default: the friendly answers of `demoScript`. */
  readonly script?: ProviderScript;
  /** What `GET /models` lists. Default `demo-codex` and `demo-codex-mini`. */
  readonly models?: readonly string[];
  /** For answers that state none. Default 60 for the demo script, 0 for a script of your own. */
  readonly firstTokenMs?: number;
  /** For answers that state none. Default 20 for the demo script, 0 for a script of your own. */
  readonly interTokenMs?: number;
  /** How many requests are kept. Default 256. */
  readonly maxRecorded?: number;
  /** Called when a body has been read, before it is answered. */
  readonly onRequest?: (request: RecordedRequest) => void;
  /** Called when an answer is whole or the client has left. */
  readonly onEnd?: (request: RecordedRequest) => void;
  /** Unix milliseconds. Default `Date.now`. */
  readonly now?: () => number;
}

/** A Responses API on loopback that answers by script. */
export interface DemoProvider {
  /** For `[model_providers.NAME] base_url`; ends in `/v1`. */
  readonly baseUrl: string;
  readonly port: number;
  readonly models: readonly string[];
  /** The last requests, oldest first. */
  readonly requests: readonly RecordedRequest[];
  /** Closes the port and cuts what is still under way. */
  close(): Promise<void>;
}

export const DEMO_MODELS = ['demo-codex', 'demo-codex-mini'] as const;

/**
 * Starts the provider. It serves `POST /v1/responses`, streamed or not, and `GET /v1/models`, after OpenAI's API reference.
 *
 * @throws the system error when the port is taken.
 */
export async function startDemoProvider(options: DemoProviderOptions = {}): Promise<DemoProvider> {
  const { host = '127.0.0.1', port = 0, script = demoScript, models = DEMO_MODELS, now = Date.now } = options;
  const demoPace = options.script === undefined;
  const settings: AnswerSettings = {
    script,
    now,
    firstTokenMs: options.firstTokenMs ?? (demoPace ? 60 : 0),
    interTokenMs: options.interTokenMs ?? (demoPace ? 20 : 0),
  };
  const journal = new RequestJournal(options.maxRecorded ?? 256);
  const startedAtS = Math.floor(now() / 1000);
  let answered = 0;

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const record: RecordedRequest = {
      method: request.method ?? '',
      path,
      headers: request.headers,
      body: undefined,
      bodyBytes: 0,
      receivedAtMs: now(),
      endedAtMs: undefined,
      aborted: false,
    };
    journal.add(record);
    response.once('close', () => {
      record.endedAtMs = now();
      // A cut of our own making destroys the response too, but with `errored` set.
      record.aborted = !response.writableFinished && response.errored === null;
      options.onEnd?.(record);
    });
    const raw = await readBody(request);
    record.bodyBytes = raw?.length ?? 0;
    record.body = raw === undefined || raw.length === 0 ? undefined : parseJson(raw.toString());
    options.onRequest?.(record);

    const route = path.replace(/^\/v1/, '');
    if (route === '/models' && request.method === 'GET') {
      replyJson(response, 200, {
        object: 'list',
        data: models.map((id) => ({ id, object: 'model', created: startedAtS, owned_by: 'demo' })),
      });
    } else if (route === '/responses' && request.method === 'POST') {
      const asked = readProviderRequest(answered, record.body);
      if (asked === undefined) return replyError(response, 400, 'invalid_request', 'The body is not a request of the Responses API.');
      answered += 1;
      await answerRequest(asked, response, settings);
    } else {
      replyError(response, 404, 'not_found', 'The demo provider serves POST /v1/responses and GET /v1/models.');
    }
  };

  const server = createServer({ keepAliveTimeout: 60_000, noDelay: true }, (request, response) => {
    serve(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : new Error(String(error))));
  });
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  const boundPort = typeof address === 'object' && address !== null ? address.port : port;
  return {
    baseUrl: `http://${host.includes(':') ? `[${host}]` : host}:${boundPort}/v1`,
    port: boundPort,
    models,
    requests: journal.entries,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
