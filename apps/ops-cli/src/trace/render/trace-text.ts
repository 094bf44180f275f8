import { numberAt, textAt, type JsonRecord } from '../../json/record.ts';
import { formatMs } from '../../text/duration.ts';
import type { Paint } from '../../text/paint.ts';
import { printable } from '../../text/printable.ts';
import { hang } from '../../text/wrap.ts';
import type { TraceDocument } from '../document.ts';
import { timelineLines } from './timeline-text.ts';

export interface TextOptions {
  readonly paint: Paint;
  /** Lines are cut at it; undefined: they are as long as they are. */
  readonly columns: number | undefined;
}

/** A request for people: what became of it and why, then its timeline. */
export function renderTrace(document: TraceDocument, { paint, columns }: TextOptions): string {
  const width = columns ?? Number.POSITIVE_INFINITY;
  const colour = colourOf(document);
  const [headline = '', ...more] = hang('', `${outcomeText(document)} — ${document.cause.text}`, width);
  const lines = [
    ...[headline, ...more].map((line) => paint(['bold', colour], printable(line))),
    ...hang('next      ', document.cause.next, width).map((line) => paint('dim', line)),
    ...hang('request   ', printable(requestText(document)), width),
    ...tokensText(document).flatMap((text) => hang('tokens    ', text, width)),
    ...hang('started   ', startText(document), width),
    '',
    ...timelineLines(document, { paint, columns }),
  ];
  return `${lines.join('\n')}\n`;
}

function colourOf({ outcome }: TraceDocument): 'green' | 'yellow' | 'red' {
  if (outcome === 'completed') return 'green';
  return outcome === 'client_closed' || outcome === 'refused' || outcome === 'running' || outcome === 'unknown' ? 'yellow' : 'red';
}

function outcomeText({ outcome, status, error_code: code, latency_ms: latencyMs }: TraceDocument): string {
  const word = outcome.replaceAll('_', ' ').toUpperCase();
  const known = [status, code === outcome ? null : code].filter((part) => part !== null).join(' ');
  return `${word}${known === '' ? '' : ` (${known})`}${latencyMs === null ? '' : ` after ${formatMs(latencyMs)}`}`;
}

function requestText({ request_id: id, request, error_code: code, timeline }: TraceDocument): string {
  if (request === null) return id;
  const line = [textAt(request, 'method'), textAt(request, 'route')].filter((part) => part !== undefined).join(' ');
  const client = textAt(request, 'client_request_id');
  const parts = [id, line, modelText(request, code, timeline), request['stream'] === true ? 'stream' : undefined];
  return [...parts, client === undefined ? undefined : `client id ${client}`]
    .filter((part) => part !== undefined && part !== '')
    .join(' · ');
}

/**
 * What a client sends may be no model at all: those that are not known go by one name, as a label of metrics must. Before the worker has told
 * which are served that is all of them; what the run was begun with says more.
 */
function modelText(request: JsonRecord, code: string | null, timeline: TraceDocument['timeline']): string | undefined {
  const model = textAt(request, 'model');
  if (model !== 'other') return model;
  const asked = textAt(timeline.find(({ what }) => what === 'llm_request')?.detail, 'model');
  if (asked !== undefined && asked !== model) return asked;
  return code === 'model_not_found' ? 'a model that is not served' : 'a model whose name is not kept';
}

function tokensText({ usage }: TraceDocument): string[] {
  if (usage === null) return [];
  const [prompt, response] = [numberAt(usage, 'tokens_prompt') ?? 0, numberAt(usage, 'tokens_response') ?? 0];
  const [cached, reasoning] = [numberAt(usage, 'tokens_cached') ?? 0, numberAt(usage, 'tokens_reasoning') ?? 0];
  return [`${prompt} in${cached > 0 ? ` (${cached} cached)` : ''}, ${response} out${reasoning > 0 ? ` (${reasoning} reasoning)` : ''}`];
}

function startText({ started_at: startedAt, has_request_line: isExact, frame_clock: clock }: TraceDocument): string {
  const origin = isExact ? '' : '; no request line is known, times count from the first thing that is';
  return `${startedAt}${origin}${clock === 'written' ? '; times of JSON-RPC frames are estimates' : ''}`;
}
