import { resolve } from 'node:path';
import type { OptionValues } from '../command/command.ts';
import { EXIT } from '../errors.ts';
import { documentText } from '../json/document-text.ts';
import { openProxyClient } from '../proxy-client/proxy-client.ts';
import { createFrames, createLines } from '../terminal/frames.ts';
import { print } from '../terminal/print.ts';
import { hasColour, type Terminal } from '../terminal/terminal.ts';
import { whileWaiting } from '../terminal/waiting.ts';
import { intervalOf, watch } from '../terminal/watch.ts';
import { createPaint } from '../text/paint.ts';
import type { StatusDocument } from './document.ts';
import { judge } from './judge.ts';
import { LocalFolder } from './local-folder.ts';
import { observe } from './observe.ts';
import { ScrapeHistory } from './scraped-traffic.ts';
import { statusText } from './status-text.ts';

/** `codex-ops status`: whether the proxy is healthy, and if not, why. */
export async function statusAction(values: OptionValues, terminal: Terminal): Promise<number> {
  const { stdout, stderr, environment, now } = terminal;
  const client = await openProxyClient(values, terminal);
  const [isJson, paint] = [values.flag('json'), createPaint(hasColour(stdout, environment))];
  const folder = client.isLoopback ? new LocalFolder(resolve(values.text('state-dir') ?? '.codex-api')) : undefined;
  const parts = { client, folder, history: new ScrapeHistory(), now };
  const textOf = (status: StatusDocument): string => statusText(status, { paint, columns: stdout.columns });
  if (!values.flag('watch')) {
    const status = await whileWaiting(stderr, `asking ${client.url}`, async () => judge(await observe(parts)));
    await print(stdout, isJson ? documentText(status) : textOf(status));
    return status.verdict === 'unhealthy' ? EXIT.failed : EXIT.done;
  }
  const signal = terminal.interruption();
  await watch({ frames: isJson ? createLines(stdout) : createFrames(stdout), intervalMs: intervalOf(values), signal }, async () => {
    const status = judge(await observe({ ...parts, signal }));
    return isJson ? `${JSON.stringify(status)}\n` : textOf(status);
  });
  return EXIT.done;
}
