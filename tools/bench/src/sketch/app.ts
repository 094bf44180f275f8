import { randomUUID } from 'node:crypto';
import express, { type Express, type Response } from 'express';
import type { Logger } from 'pino';
import { Counter, Histogram, type Registry } from 'prom-client';
import { z } from 'zod';
import { chunkEvent, completionBody, type Identity, type Usage } from './completion.ts';
import { startTurn, type TurnHandlers } from './turn.ts';
import type { WorkerChild } from './worker-child.ts';

const bodySchema = z.object({
  model: z.string(),
  stream: z.boolean().optional(),
  messages: z.array(z.object({ role: z.string(), content: z.string() })).min(1),
});

/** What is learnt of a request on its way. */
interface Seen {
  model: string;
  usage: Usage | undefined;
}

/** What a competent person writes in an hour: the yardstick for the cost of ours, not an example to follow. */
export function createSketch(parts: { worker: WorkerChild; logger: Logger; registry: Registry; apiKey: string }): Express {
  const { worker, logger, registry, apiKey } = parts;
  const requests = new Counter({ name: 'http_requests_total', help: 'Requests.', labelNames: ['route', 'status'], registers: [registry] });
  const latency = new Histogram({ name: 'http_latency_seconds', help: 'Latency.', labelNames: ['route'], registers: [registry] });
  const app = express();

  app.get('/readyz', (_request, response) => void response.sendStatus(worker.ready ? 200 : 503));
  app.get('/metrics', async (_request, response) => void response.type('text/plain').send(await registry.metrics()));

  app.post('/v1/chat/completions', express.json({ limit: '16mb' }), async (request, response) => {
    const requestId = randomUUID();
    const startedAtMs = performance.now();
    const seen: Seen = { model: '', usage: undefined };
    response.setHeader('X-Request-Id', requestId);
    response.on('close', () => {
      const ms = performance.now() - startedAtMs;
      const status = response.writableFinished ? response.statusCode : 499;
      const { model, usage } = seen;
      requests.inc({ route: '/v1/chat/completions', status });
      latency.observe({ route: '/v1/chat/completions' }, ms / 1_000);
      logger.info({ requestId, model, status, ms, tokensIn: usage?.inputTokens, tokensOut: usage?.outputTokens }, 'request completed');
    });

    if (request.headers.authorization !== `Bearer ${apiKey}`) return refuse(response, 401, 'invalid_api_key');
    const body = bodySchema.safeParse(request.body);
    if (!body.success) return refuse(response, 400, 'invalid_request');
    const { model, messages } = body.data;
    seen.model = model;
    const identity = { id: `chatcmpl-${requestId}`, created: Math.floor(Date.now() / 1_000), model };
    const answer = body.data.stream === true ? streamed(response, identity, seen) : whole(response, identity, seen);
    const question = {
      model,
      instructions: messages.find(({ role }) => role === 'system')?.content ?? '',
      text: messages.at(-1)?.content ?? '',
    };
    try {
      const interrupt = await startTurn(worker, question, answer);
      if (response.closed) interrupt();
      else response.once('close', interrupt);
    } catch (error) {
      answer.onEnd(undefined, error instanceof Error ? error.message : String(error));
    }
  });
  return app;
}

function refuse(response: Response, status: number, code: string): void {
  response.status(status).json({ error: { message: code, type: 'invalid_request_error', code } });
}

function streamed(response: Response, identity: Identity, seen: Seen): TurnHandlers {
  const start = (): void => {
    if (response.headersSent) return;
    response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-cache' });
    response.write(chunkEvent(identity, { role: 'assistant', content: '', refusal: null }, null));
  };
  return {
    onDelta: (text) => {
      start();
      response.write(chunkEvent(identity, { content: text }, null));
    },
    onEnd: (usage, failure) => {
      seen.usage = usage;
      if (failure !== undefined && !response.headersSent) return refuse(response, 502, failure);
      start();
      response.write(
        failure === undefined ? chunkEvent(identity, {}, 'stop') : `data: ${JSON.stringify({ error: { message: failure } })}\n\n`,
      );
      response.end('data: [DONE]\n\n');
    },
  };
}

function whole(response: Response, identity: Identity, seen: Seen): TurnHandlers {
  let content = '';
  return {
    onDelta: (text) => void (content += text),
    onEnd: (usage, failure) => {
      seen.usage = usage;
      if (failure === undefined) response.json(completionBody(identity, content, usage));
      else refuse(response, 502, failure);
    },
  };
}
