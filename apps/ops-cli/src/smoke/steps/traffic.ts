import { LOG_EVENTS, logRecordSchema, METRICS } from '@codex-proxy/contracts';
import { join } from 'node:path';
import { sumOf, type Exposition } from '../../exposition/exposition.ts';
import { textAt, type JsonRecord } from '../../json/record.ts';
import { deltaOf, type StreamedAnswer } from '../streamed-answer.ts';
import { formatMs } from '../../text/duration.ts';
import { failed, judged, passed, skipped, type Judgement, type Step } from '../../verdict/verdict.ts';
import { recordsOf } from '../../files/tail.ts';
import { until, type Stage } from '../stage.ts';

const WRITTEN_MS = 5_000;
const NO_SCRAPE = 'the metrics may not be scraped from here: set PROXY_METRICS_TOKEN, or run this on the machine of the proxy';

/** Without it a smoke says little. */
export const COMPLETION_STEP = 'a completion is streamed';

/** A scrape, a completion, and what the one tells of the other. */
export function trafficSteps(stage: Stage): readonly Step[] {
  let before: Exposition | undefined;
  let isScraped = false;
  let hasCompleted = false;
  return [
    {
      name: 'metrics: every family of the catalogue can be scraped',
      run: async () => {
        before = await stage.scrape();
        isScraped = true;
        return before === undefined ? skipped(NO_SCRAPE) : scraped(before);
      },
    },
    {
      name: COMPLETION_STEP,
      run: async () => {
        const { answer, requestId } = await stage.complete();
        hasCompleted = answer.errorCode === undefined && answer.isDone;
        return streamed(answer, requestId);
      },
    },
    {
      name: 'metrics: the completion was counted',
      run: async () => {
        if (before === undefined) return skipped(isScraped ? NO_SCRAPE : 'there was no scrape before it');
        if (!hasCompleted) return skipped('there was no completion');
        return counted(stage, before);
      },
    },
    {
      name: 'access log: the completion has its one terminal record',
      run: async () => (hasCompleted ? logged(stage) : skipped('there was no completion')),
    },
  ];
}

function scraped(exposition: Exposition): Judgement {
  const missing = Object.keys(METRICS).filter((name) => !exposition.has(name));
  return judged(
    missing.map((name) => `${name} is missing`),
    `${exposition.size} families`,
  );
}

/** Role first, content, an end, tokens, [DONE]: docs/reference/api.md. */
function streamed({ chunks, text, finishReason, tokens, errorCode, isDone, firstContentMs }: StreamedAnswer, requestId: string): Judgement {
  if (errorCode !== undefined) return failed(`the stream failed: ${errorCode} (${requestId})`);
  const [first] = chunks;
  const problems = [
    ...(/^req_/.test(requestId) ? [] : ['the answer has no X-Request-Id']),
    ...(first !== undefined && textAt(deltaOf(first), 'role') === 'assistant' ? [] : ['the first delta has no role']),
    ...(text === '' ? ['it has no content'] : []),
    ...(finishReason === undefined ? ['it has no finish_reason'] : []),
    ...(tokens === undefined || tokens.prompt === 0 ? ['it tells no tokens'] : []),
    ...(isDone ? [] : ['it ends without [DONE]']),
    ...(new Set(chunks.map((chunk) => chunk['id'])).size > 1 ? ['its id changes'] : []),
  ];
  const after = firstContentMs === undefined ? '?' : formatMs(firstContentMs);
  return judged(problems, `${requestId}: first content after ${after}, ${tokens?.prompt ?? 0} tokens in, ${tokens?.response ?? 0} out`);
}

async function counted(stage: Stage, before: Exposition): Promise<Judgement> {
  const rises = [
    ['codex_http_requests_total', { route: '/v1/chat/completions', status_family: '2xx' }],
    ['codex_http_latency_ms_count', { route: '/v1/chat/completions', status_family: '2xx' }],
    ['codex_stream_end_total', { outcome: 'completed' }],
    ['codex_stream_ttft_ms_count', {}],
    ['codex_tokens_total', { direction: 'prompt' }],
  ] as const;
  const late = await until(WRITTEN_MS, stage.signal, async () => {
    const after = await stage.scrape();
    return after !== undefined && rises.every(([name, labels]) => sumOf(after, name, labels) > sumOf(before, name, labels))
      ? after
      : undefined;
  });
  if (late !== undefined) return passed(`${rises.length} series rose`);
  const after = await stage.scrape();
  return failed(
    ...rises
      .filter(([name, labels]) => (after === undefined ? 0 : sumOf(after, name, labels)) <= sumOf(before, name, labels))
      .map(([name]) => `${name} did not rise`),
  );
}

async function logged(stage: Stage): Promise<Judgement> {
  const id = stage.requestIds.at(-1) ?? '';
  const path = join(stage.stateDir, 'access.ndjson');
  const records = await until(WRITTEN_MS, stage.signal, async () => {
    const found = await recordsOf(path, id);
    return found.length > 0 ? found : undefined;
  });
  if (records === undefined) {
    return stage.client.isLoopback && (await recordsOf(path, 'req_')).length > 0
      ? failed(`${path} has no record of ${id}`)
      : skipped(`${path} is not there: is --state-dir the folder of this proxy, and on this machine?`);
  }
  return judged([...(records.length === 1 ? [] : [`${records.length} records have the id ${id}`]), ...records.flatMap(recordProblems)]);
}

function recordProblems(record: JsonRecord): readonly string[] {
  const { success } = logRecordSchema.safeParse(record);
  const missing = [...LOG_EVENTS.request_completed.fields, 'model', 'ttft_ms', 'tokens_prompt', 'tokens_response'].filter(
    (name) => !(name in record),
  );
  return [...(success ? [] : ['its record is none of the schema']), ...missing.map((name) => `its record has no ${name}`)];
}
