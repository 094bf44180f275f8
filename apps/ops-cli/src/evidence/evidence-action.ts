import { resolve } from 'node:path';
import type { OptionValues } from '../command/command.ts';
import { causeOf, CommandError, EXIT, UsageError } from '../errors.ts';
import { documentText } from '../json/document-text.ts';
import { openProxyClient } from '../proxy-client/proxy-client.ts';
import { createOperatorRedactor } from '../redact/operator-redactor.ts';
import { say } from '../terminal/say.ts';
import { print } from '../terminal/print.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { whileWaiting } from '../terminal/waiting.ts';
import { alternatives } from '../text/alternatives.ts';
import { formatBytes } from '../text/duration.ts';
import { counted } from '../text/number.ts';
import { similar } from '../text/nearest.ts';
import { clip, printable } from '../text/printable.ts';
import { alertNames } from './alert-rule.ts';
import { createManifest, type Manifest } from './bundle.ts';
import { createCollector, type CaptureParts, type Source } from './capture.ts';
import { createScrubber } from './scrubber.ts';
import { captureLogs } from './sources/logs.ts';
import { captureMetrics } from './sources/metrics.ts';
import { captureRoutes } from './sources/routes.ts';
import { captureTrace } from './sources/trace.ts';
import { captureVersions } from './sources/versions.ts';
import { refuseExisting, writeBundle } from './write-bundle.ts';

const SOURCES: readonly Source[] = [
  { name: 'routes', capture: captureRoutes },
  { name: 'metrics', capture: captureMetrics },
  { name: 'logs', capture: captureLogs },
  { name: 'trace', capture: captureTrace },
  { name: 'versions', capture: captureVersions },
];

const ID = /^[\w.:-]{1,128}$/;
const MOST_LINES = 1_000;
const MOST_QUOTED = 100;
const MOST_MEANT = 3;

/** `codex-ops evidence capture`: what an incident or a drill is to leave behind, in one bundle. */
export async function evidenceCaptureAction(values: OptionValues, terminal: Terminal): Promise<number> {
  const { stdout, stderr, now } = terminal;
  const out = resolve(values.text('out') ?? '');
  const requestId = values.text('req-id');
  if (requestId !== undefined && !ID.test(requestId))
    throw new UsageError('--req-id takes a request id: up to 128 letters, digits and . _ : -');
  refuseUnknown(values.text('alert'));
  refuseExisting(out);
  const client = await openProxyClient(values, terminal);
  const scrubber = createScrubber(await createOperatorRedactor(terminal), client);
  const parts: CaptureParts = {
    ...{ client, terminal, scrubber, requestId, alert: values.text('alert'), log: values.text('log') },
    stateDir: resolve(values.text('state-dir') ?? '.codex-api'),
    mostLines: values.number('lines') ?? MOST_LINES,
    signal: terminal.interruption(),
  };
  const startedAt = new Date(now()).toISOString();
  const manifest = await capture(parts, out, startedAt);
  for (const { what, why } of manifest.missing) say(stderr, `${printable(what)} is missing: ${printable(why)}`);
  const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
  const missing = manifest.missing.length === 0 ? '' : `, ${manifest.missing.length} missing`;
  const text = `${printable(out)}: ${counted(manifest.files.length, 'file')}, ${formatBytes(bytes)}${missing}\n`;
  await print(stdout, values.flag('json') ? documentText({ path: out, ...manifest }) : text);
  return EXIT.done;
}

/** A name that was mistyped is told before anything is captured; without a checkout there are no rules that would know it. */
function refuseUnknown(alert: string | undefined): void {
  const known = alertNames();
  if (alert === undefined || known.length === 0 || known.includes(alert)) return;
  const meant = similar(alert, known, MOST_MEANT);
  const hint = meant.length === 0 ? `there are ${known.join(', ')}` : `was ${alternatives(meant)} meant?`;
  throw new UsageError(`no alert of this version is called ${clip(printable(alert), MOST_QUOTED)}: ${hint}`);
}

async function capture(parts: CaptureParts, out: string, startedAt: string): Promise<Manifest> {
  const { terminal, scrubber, client, signal, stateDir, requestId, alert } = parts;
  const collected = createCollector(terminal.now);
  for (const { name, capture: captureSource } of SOURCES) {
    try {
      await whileWaiting(terminal.stderr, `capturing ${name}`, async () => captureSource(parts, collected));
    } catch (error) {
      collected.miss(name, error instanceof CommandError ? error.message : `it failed (${causeOf(error)})`);
    }
    if (signal.aborted) throw new CommandError('interrupted: nothing was written');
  }
  const head = {
    ...{ captured_at: startedAt, finished_at: new Date(terminal.now()).toISOString(), url: client.url, state_dir: stateDir },
    ...{ request_id: requestId ?? null, alert: alert ?? null },
  };
  const manifest = createManifest(head, collected.files, collected.missing);
  try {
    await writeBundle(out, [...collected.files, { path: 'manifest.json', text: scrubber.document(manifest) }]);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(`${printable(out)} cannot be written (${causeOf(error)}): name another --out`);
  }
  return manifest;
}
