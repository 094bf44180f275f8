import { maintenanceStateSchema, type MaintenanceState } from '@codex-proxy/contracts';
import { sumOf } from '../../exposition/exposition.ts';
import { isRecord, textAt } from '../../json/record.ts';
import { failed, judged, skipped, StepError, type Judgement, type Step } from '../../verdict/verdict.ts';
import { refusalText, replyTo } from '../../proxy-client/reply.ts';
import type { Stage } from '../stage.ts';
import { NO_ADMIN } from './trace-buffer.ts';

const PATH = '/internal/maintenance';
/** Should this process be killed, maintenance ends by itself. */
const EXPIRES_S = 60;
const RETRY_AFTER_S = 7;
const REASON = 'codex-ops smoke';

/** On, off. Where it is on already, someone has a reason: it is left alone. */
export function maintenanceSteps(stage: Stage): readonly Step[] {
  return [
    {
      name: 'maintenance on: clients are turned away, probes stay ready; off: they are served',
      run: async () => {
        if (!stage.client.hasToken('admin')) return skipped(NO_ADMIN);
        const state = await stateOf(stage);
        if (state.enabled)
          return skipped(`it is on already${state.reason === undefined || state.reason === '' ? '' : `: ${state.reason}`}`);
        stage.undoLater('maintenance off: codex-ops maintenance off', async () => switchOff(stage));
        try {
          return await onAndOff(stage);
        } finally {
          await stage.putBackLast();
        }
      },
    },
  ];
}

async function stateOf(stage: Stage): Promise<MaintenanceState> {
  const { status, json, text } = await stage.send('GET', PATH, { token: 'admin' });
  const { data } = maintenanceStateSchema.safeParse(json);
  if (status !== 200 || data === undefined) throw new StepError(`GET ${PATH}: ${stage.refusal('admin', { status, text })}`);
  return data;
}

/** Only what the smoke has switched on, and not by its signal: what was interrupted is put back as well. */
async function switchOff({ client }: Stage): Promise<void> {
  const now = maintenanceStateSchema.safeParse((await replyTo(client, { path: PATH, token: 'admin' })).json).data;
  if (now?.enabled !== true || now.reason !== REASON) return;
  const { status } = await replyTo(client, { method: 'POST', path: PATH, token: 'admin', body: { enabled: false, author: REASON } });
  if (status !== 200) throw new StepError(`HTTP ${status}`);
}

async function onAndOff(stage: Stage): Promise<Judgement> {
  const body = { enabled: true, reason: REASON, author: REASON, retry_after_seconds: RETRY_AFTER_S, expires_in_seconds: EXPIRES_S };
  const toggled = await stage.send('POST', PATH, { token: 'admin', body });
  if (toggled.status !== 200) return failed(`POST ${PATH}: ${refusalText(toggled.status, toggled.text)}`);
  const request = { model: stage.model ?? '', messages: [{ role: 'user', content: 'Hello!' }] };
  const refused = await stage.send('POST', '/v1/chat/completions', { token: 'api', body: request });
  const error = isRecord(refused.json?.['error']) ? refused.json['error'] : undefined;
  const ready = await stage.send('GET', '/readyz');
  const metrics = await stage.scrape();
  const off = await stage.send('POST', PATH, { token: 'admin', body: { enabled: false, author: REASON } });
  const served = await stage.complete();
  const after = await stage.scrape();
  return judged(
    [
      ...(refused.status === 503 && textAt(error, 'code') === 'maintenance'
        ? []
        : [`503 maintenance was expected, not ${refusalText(refused.status, refused.text)}`]),
      ...(refused.headers.get('retry-after') === String(RETRY_AFTER_S) ? [] : ['Retry-After is not what was asked for']),
      ...(error?.['retryable'] === true ? [] : ['the error does not say that it is retryable']),
      ...(ready.status === 200 && ready.json?.['maintenance_mode'] === true
        ? []
        : [`readyz says HTTP ${ready.status}, and maintenance_mode ${String(ready.json?.['maintenance_mode'])}`]),
      ...(metrics === undefined || sumOf(metrics, 'codex_maintenance_mode', { state: 'on' }) === 1
        ? []
        : ['codex_maintenance_mode is not 1 while it is on']),
      ...(off.status === 200 && off.json?.['enabled'] === false ? [] : [`switching off: ${refusalText(off.status, off.text)}`]),
      ...(served.answer.errorCode === undefined ? [] : [`afterwards a completion fails: ${served.answer.errorCode}`]),
      ...(after === undefined || sumOf(after, 'codex_maintenance_mode', { state: 'off' }) === 1
        ? []
        : ['codex_maintenance_mode is not 0 afterwards']),
    ],
    `turned away with 503 and Retry-After: ${RETRY_AFTER_S}`,
  );
}
