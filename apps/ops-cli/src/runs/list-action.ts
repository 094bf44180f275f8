import type { RunSummary } from '@codex-proxy/contracts';
import type { OptionValues } from '../command/command.ts';
import { EXIT } from '../errors.ts';
import { documentText } from '../json/document-text.ts';
import { listRuns } from '../proxy-client/proxy-api.ts';
import { openProxyClient, type ProxyClient } from '../proxy-client/proxy-client.ts';
import { print } from '../terminal/print.ts';
import { hasColour, type Terminal } from '../terminal/terminal.ts';
import { whileWaiting } from '../terminal/waiting.ts';
import { counted } from '../text/number.ts';
import { createPaint } from '../text/paint.ts';
import { runsText } from './runs-text.ts';

const DEFAULT_LIMIT = 20;
const PAGE = 1000;
const MOST_SEARCHED = 10_000;

interface Found {
  readonly runs: readonly RunSummary[];
  readonly searched: number;
  readonly hasMore: boolean;
}

/** `codex-ops runs list`. */
export async function runsListAction(values: OptionValues, terminal: Terminal): Promise<number> {
  const { stdout, stderr, environment, now } = terminal;
  const status = values.text('status') ?? 'any';
  const client = await openProxyClient(values, terminal);
  const found = await whileWaiting(stderr, 'asking for runs', async () => search(client, values.number('limit') ?? DEFAULT_LIMIT, status));
  const { runs, searched, hasMore } = found;
  if (values.flag('json')) {
    await print(stdout, documentText({ version: 1, runs, searched, has_more: hasMore }));
    return EXIT.done;
  }
  const paint = createPaint(hasColour(stdout, environment));
  await print(stdout, runsText(runs, { paint, width: stdout.columns ?? Infinity, nowMs: now() }));
  const kind = status === 'any' ? '' : ` ${status}`;
  if (runs.length === 0) {
    const among =
      searched === 0 ? ' yet' : ` among ${searched === 1 ? 'the only one' : counted(searched, 'run')}${hasMore ? ', the newest' : ''}`;
    await print(stdout, `no${kind} run${among}\n`);
  }
  return EXIT.done;
}

/** The newest runs of a status. The proxy knows no such filter, so that pages are gone through. */
async function search(client: ProxyClient, limit: number, status: string): Promise<Found> {
  const runs: RunSummary[] = [];
  let [searched, cursor]: [number, string | undefined] = [0, undefined];
  do {
    const page = await listRuns(client, status === 'any' ? limit : PAGE, cursor);
    searched += page.runs.length;
    runs.push(...page.runs.filter((run) => status === 'any' || run.status === status));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && runs.length < limit && searched < MOST_SEARCHED);
  return { runs: runs.slice(0, limit), searched, hasMore: cursor !== undefined || runs.length > limit };
}
