import type { OptionValues } from '../command/command.ts';
import { CommandError, EXIT } from '../errors.ts';
import { takeScrape } from '../exposition/scrape.ts';
import { documentText } from '../json/document-text.ts';
import { ProxyError } from '../proxy-client/errors.ts';
import { openProxyClient } from '../proxy-client/proxy-client.ts';
import { createFrames, createLines } from '../terminal/frames.ts';
import { print } from '../terminal/print.ts';
import { hasColour, type Terminal } from '../terminal/terminal.ts';
import { intervalOf, watch } from '../terminal/watch.ts';
import { createPaint } from '../text/paint.ts';
import { MetricsHistory, type Frame } from './metrics-history.ts';
import { metricsText } from './metrics-text.ts';
import { createSelection } from './selection.ts';
import { seriesDocument } from './series-document.ts';

/** `codex-ops metrics`. */
export async function metricsAction(values: OptionValues, terminal: Terminal): Promise<number> {
  const { stdout, environment, now } = terminal;
  const client = await openProxyClient(values, terminal);
  const select = createSelection(values.argument('NAME'), values.flag('all'));
  const [isJson, paint] = [values.flag('json'), createPaint(hasColour(stdout, environment))];
  const history = new MetricsHistory();
  const document = (frame: Frame): object => ({
    version: 1,
    scraped_at: new Date(now()).toISOString(),
    series: frame.rows.map(seriesDocument),
  });
  const textOf = (frame: Frame): string =>
    metricsText(frame, { paint, columns: stdout.columns ?? Infinity, url: client.url, at: new Date(now()).toISOString() });

  if (!values.flag('watch')) {
    const frame = history.add(await takeScrape(client), select);
    if (frame.rows.length === 0 && values.argument('NAME') !== undefined)
      throw new CommandError('no series has this in its name or labels');
    await print(stdout, isJson ? documentText(document(frame)) : textOf(frame));
    return EXIT.done;
  }
  const signal = terminal.interruption();
  // The first scrape tells whether it can be asked at all; later ones that fail are a line in the frame.
  let last = history.add(await takeScrape(client, { signal }), select);
  let isFirst = true;
  const next = async (): Promise<string> => {
    let problem = '';
    if (!isFirst) {
      try {
        last = history.add(await takeScrape(client, { signal }), select);
      } catch (error) {
        if (!(error instanceof ProxyError)) throw error;
        problem = error.message;
      }
    }
    isFirst = false;
    if (isJson) return `${JSON.stringify(problem === '' ? document(last) : { version: 1, problem })}\n`;
    return problem === '' ? textOf(last) : `${paint(['bold', 'red'], problem)}\n${textOf(last)}`;
  };
  await watch({ frames: isJson ? createLines(stdout) : createFrames(stdout), intervalMs: intervalOf(values), signal }, next);
  return EXIT.done;
}
