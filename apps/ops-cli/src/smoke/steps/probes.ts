import { probeBodySchema } from '@codex-proxy/contracts';
import { failed, judged, passed, type Judgement, type Step } from '../../verdict/verdict.ts';
import { textAt, isRecord } from '../../json/record.ts';
import { ProxyError } from '../../proxy-client/errors.ts';
import { readLiveness } from '../../proxy-client/proxy-api.ts';
import { refusalText, type Reply } from '../../proxy-client/reply.ts';
import { skipInMaintenance } from '../skip-in-maintenance.ts';
import type { Stage } from '../stage.ts';

export function probeSteps(stage: Stage): readonly Step[] {
  return [
    { name: 'livez: the process works', run: async () => live(stage) },
    ...['/readyz', '/healthz'].map((path): Step => ({
      name: `${path.slice(1)}: a worker serves`,
      run: async () => ready(await stage.send('GET', path)),
    })),
    { name: 'a wrong key is refused', run: async () => wrongKey(stage) },
    { name: 'models are listed', run: async () => models(stage) },
  ];
}

/** The first step of all: without an answer of the proxy the others need not be tried. */
async function live(stage: Stage): Promise<Judgement> {
  try {
    const failure = await readLiveness(stage.client, { signal: stage.signal });
    return failure === undefined ? passed() : failed(`the process has failed within itself (${failure}): restart it`);
  } catch (error) {
    if (!(error instanceof ProxyError) || error.failure === 'interrupted') throw error;
    stage.silence = error.message;
    return failed(error.message);
  }
}

/** With its body, by the schema of the contracts. */
function ready({ status, json }: Reply): Judgement {
  const { data } = probeBodySchema.safeParse(json);
  if (data === undefined) return failed(`HTTP ${status}, and its body is none of a probe`);
  const note = `${data.status}, worker ${data.worker_state}${data.maintenance_mode ? ', in maintenance' : ''}`;
  if (status !== 200) return failed(`HTTP ${status}: ${note}${data.reason === undefined ? '' : `, ${data.reason}`}`);
  return passed(data.degraded === undefined ? note : `${note}; degraded: ${data.degraded.join(', ')}`);
}

async function wrongKey(stage: Stage): Promise<Judgement> {
  const headers = { authorization: 'Bearer codex-ops-smoke-no-key' };
  const reply = await stage.send('POST', '/v1/chat/completions', { headers, body: {} });
  skipInMaintenance(reply.status, reply.text);
  const error = isRecord(reply.json?.['error']) ? reply.json['error'] : undefined;
  return judged([
    ...(reply.status === 401 && textAt(error, 'code') === 'invalid_api_key'
      ? []
      : [`401 invalid_api_key was expected, not ${refusalText(reply.status, reply.text)}`]),
    ...(error?.['retryable'] === false ? [] : ['the error does not say that it is not retryable']),
    ...(/^req_/.test(reply.headers.get('x-request-id') ?? '') ? [] : ['the answer has no X-Request-Id']),
  ]);
}

async function models(stage: Stage): Promise<Judgement> {
  if (!stage.client.hasToken('api')) return failed('no API key is known: set PROXY_API_KEY, or --state-dir for credentials.json');
  const reply = await stage.send('GET', '/v1/models', { token: 'api' });
  skipInMaintenance(reply.status, reply.text);
  if (reply.status !== 200) return failed(stage.refusal('api', reply));
  const list: readonly unknown[] = Array.isArray(reply.json?.['data']) ? reply.json['data'] : [];
  const ids = list.filter(isRecord).flatMap((model) => textAt(model, 'id') ?? []);
  stage.model ??= ids[0];
  if (stage.model === undefined) return failed('none is served');
  return ids.includes(stage.model)
    ? passed(`${ids.join(', ').slice(0, 200)}; ${stage.model} is asked`)
    : failed(`${stage.model} is not served`);
}
