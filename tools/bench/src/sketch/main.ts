import { destination, pino } from 'pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { createSketch } from './app.ts';
import { WorkerChild } from './worker-child.ts';

const { PORT, CODEX_BIN = 'codex', PROXY_API_KEY = '' } = process.env;

// Asynchronous, as pino's documentation advises where throughput matters.
const log = destination({ dest: 1, minLength: 4_096, sync: false });
const registry = new Registry();
collectDefaultMetrics({ register: registry });
const worker = new WorkerChild(CODEX_BIN);
const server = createSketch({ worker, logger: pino(log), registry, apiKey: PROXY_API_KEY }).listen(Number(PORT), '127.0.0.1');

process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
  worker.stop();
  log.flush();
  setTimeout(() => process.exit(0), 100);
});
