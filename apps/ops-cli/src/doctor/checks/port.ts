import { once } from 'node:events';
import { createServer } from 'node:net';
import { causeOf } from '../../errors.ts';
import { printable } from '../../text/printable.ts';
import type { Finding } from '../finding.ts';
import type { Patient } from '../patient.ts';

/** Whether the address of the proxy is its own, free, or taken. */
export async function checkPort({
  answer,
  configuration: { PORT: port, PROXY_HOST: host = '127.0.0.1' },
}: Patient): Promise<readonly Finding[]> {
  const where = `port ${port} of ${host}`;
  const advice = `ss -ltnp 'sport = :${port}' shows whose it is; end it, or set PORT`;
  switch (answer.kind) {
    case 'proxy':
      return [served(answer.url, answer.body.status, answer.body.reason, answer.body.degraded)];
    case 'other': {
      const server = answer.server === undefined ? '' : `, Server: ${printable(answer.server.slice(0, 60))}`;
      return [{ severity: 'error', text: `another server answers on ${where} (HTTP ${answer.status}${server})`, advice }];
    }
    case 'silent':
      return [{ severity: 'error', text: `something listens on ${where} and does not answer as a proxy does`, advice }];
    case 'nobody':
      return port === 0
        ? [{ severity: 'note', text: 'PORT is 0: a free port is taken at each start' }]
        : [await freePort(port, host, advice)];
  }
}

function served(url: string, status: string, reason: string | undefined, degraded: readonly string[] | undefined): Finding {
  const text = `a proxy answers at ${url}`;
  if (status === 'unready')
    return { severity: 'error', text: `${text} and is unready: ${reason ?? 'unknown'}`, advice: 'codex-ops status says more' };
  if (degraded === undefined || degraded.length === 0) return { severity: 'ok', text: `${text} and is ready` };
  return {
    severity: 'warning',
    text: `${text}, ready and degraded: ${degraded.join(', ')}`,
    advice: 'its log says why; the other findings may too',
  };
}

async function freePort(port: number, host: string, advice: string): Promise<Finding> {
  const server = createServer();
  try {
    server.listen({ port, host, exclusive: true });
    await once(server, 'listening');
    return { severity: 'ok', text: `port ${port} of ${host} is free: no proxy runs there now` };
  } catch (error) {
    const cause = causeOf(error);
    return { severity: 'error', text: `port ${port} of ${host} cannot be listened on (${cause})`, advice: ADVICE[cause] ?? advice };
  } finally {
    server.close();
  }
}

const ADVICE: Readonly<Record<string, string>> = {
  EACCES: 'ports below 1024 need a right that this user lacks: set PORT to a higher one',
  EADDRNOTAVAIL: 'PROXY_HOST is no address of this machine: correct it',
  ENOTFOUND: 'PROXY_HOST is a name that nobody knows: correct it',
};
