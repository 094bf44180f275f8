import { join } from 'node:path';
import { isRunEventType, RUN_EVENT_TYPE_NAMES, type RunEvent, type RunSummary } from '@codex-proxy/contracts';
import type { OptionValues } from '../command/command.ts';
import { CommandError, EXIT, UsageError } from '../errors.ts';
import { recordsOf } from '../files/tail.ts';
import { numberAt, textAt } from '../json/record.ts';
import { ProxyError } from '../proxy-client/errors.ts';
import { readRunEvents } from '../proxy-client/proxy-api.ts';
import { openProxyClient } from '../proxy-client/proxy-client.ts';
import { say } from '../terminal/say.ts';
import { print } from '../terminal/print.ts';
import { hasColour, type Terminal } from '../terminal/terminal.ts';
import { formatMs } from '../text/duration.ts';
import { nearest } from '../text/nearest.ts';
import { createPaint } from '../text/paint.ts';
import { clip, printable } from '../text/printable.ts';
import { shellWord } from '../text/shell-word.ts';
import { eventText } from './event-text.ts';
import { followRun } from './follow-run.ts';

const MOST_QUOTED = 100;

/** `codex-ops runs events`. */
export async function runsEventsAction(values: OptionValues, terminal: Terminal): Promise<number> {
  const { stdout, stderr, environment } = terminal;
  const runId = values.argument('RUN') ?? '';
  const types = readTypes(values.text('types') ?? '');
  const client = await openProxyClient(values, terminal);
  const [isJson, paint] = [values.flag('json'), createPaint(hasColour(stdout, environment))];
  const tell = async (event: RunEvent): Promise<void> =>
    print(stdout, isJson ? `${JSON.stringify(event)}\n` : eventText(event, { paint, columns: stdout.columns }));
  const tellOperator = (sentence: string): void => say(stderr, sentence);
  try {
    if (values.flag('follow')) {
      const run = await followRun(client, runId, { types, signal: terminal.interruption(), tell, say: tellOperator });
      if (run !== undefined && !isJson) await print(stdout, paint('bold', `${endText(run)}\n`));
      return EXIT.done;
    }
    for (let afterId = 0, hasMore = true; hasMore;) {
      const page = await readRunEvents(client, runId, { afterId, types });
      for (const event of page.events) await tell(event);
      [afterId, hasMore] = [page.nextAfterId, page.hasMore && page.events.length > 0];
    }
    return EXIT.done;
  } catch (error) {
    if (!(error instanceof ProxyError) || error.errorCode !== 'not_found' || error.failure !== 'rejected') throw error;
    throw new CommandError(await absenceText(runId, client.isLoopback ? values.text('state-dir') : undefined));
  }
}

/** A request that was refused before the worker was asked has no run; where its record is at hand, it says how it ended. */
async function absenceText(runId: string, stateDir: string | undefined): Promise<string> {
  const shown = clip(printable(runId), MOST_QUOTED);
  const id = shown === runId ? shellWord(runId) : 'ID';
  const records = stateDir === undefined || runId === '' ? [] : await recordsOf(join(stateDir, 'access.ndjson'), runId);
  const record = records.findLast((each) => each['request_id'] === runId);
  if (record === undefined) {
    return (
      `there is no run ${shown}: a request that was refused before the worker was asked has none, and codex-ops trace --req-id ${id} ` +
      'tells what became of it; codex-ops runs list has the newest'
    );
  }
  const ended = [numberAt(record, 'status'), textAt(record, 'error_code')].filter((part) => part !== undefined).join(' ');
  return `the request ${shown} has no run: it ended with ${printable(ended)} without one; codex-ops trace --req-id ${id} tells why`;
}

function readTypes(list: string): readonly string[] {
  const types = list
    .split(',')
    .map((type) => type.trim())
    .filter((type) => type !== '');
  const unknown = types.find((type) => !isRunEventType(type));
  if (unknown === undefined) return types;
  const meant = nearest(unknown, RUN_EVENT_TYPE_NAMES);
  const hint = `${meant === undefined ? '' : `was ${meant} meant? `}there are ${RUN_EVENT_TYPE_NAMES.join(', ')}`;
  throw new UsageError(`no event type is called ${clip(printable(unknown), MOST_QUOTED)}: ${hint}`);
}

function endText({ status, started_at: startedAt, ended_at: endedAt, error_code: errorCode }: RunSummary): string {
  const took = endedAt === null ? '' : ` after ${formatMs(Date.parse(endedAt) - Date.parse(startedAt))}`;
  return `the run ended: ${status}${took}${errorCode === null ? '' : ` (${printable(errorCode)})`}`;
}
