import { readFileSync } from 'node:fs';
import { arch, platform, release } from 'node:os';
import process from 'node:process';
import { configurationRows } from '@codex-proxy/proxy';
import { examine } from '../../doctor/examine.ts';
import { takeScrape } from '../../exposition/scrape.ts';
import { parseRecord, textAt } from '../../json/record.ts';
import type { ProxyClient } from '../../proxy-client/proxy-client.ts';
import type { CaptureParts, Collector } from '../capture.ts';

/** Versions, the configuration without its secrets, and what doctor says. */
export async function captureVersions({ client, terminal, scrubber, stateDir, signal }: CaptureParts, into: Collector): Promise<void> {
  const { environment } = terminal;
  const manifest = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  const versions = {
    codex_ops: textAt(parseRecord(manifest), 'version'),
    ...(await runningVersions(client, signal)),
    node: process.version,
    platform: platform(),
    release: release(),
    arch: arch(),
  };
  into.add(
    'versions.json',
    'codex-ops and this machine; of the proxy and its worker codex_build_info of GET /metrics, null where it could not be had',
    scrubber.document(versions),
  );
  const rows = configurationRows().map(({ name, secret, default: fallback }) => {
    const given = (environment[name] ?? '').trim();
    const isSet = given !== '';
    return { name, is_set: isSet, value: isSet && !secret ? given : null, default: fallback };
  });
  into.add('configuration.json', 'the environment of codex-ops: that of the proxy where it runs with the same', scrubber.document(rows));
  into.add('doctor.json', 'codex-ops doctor --json', scrubber.document(await examine(stateDir, terminal)));
}

/** Of what runs, not of what is installed. */
async function runningVersions(client: ProxyClient, signal: AbortSignal): Promise<Readonly<Record<'proxy' | 'codex', string | null>>> {
  const exposition = await takeScrape(client, { signal }).then(
    (scrape) => scrape.exposition,
    () => undefined,
  );
  const labels = exposition?.get('codex_build_info')?.samples[0]?.labels;
  return { proxy: labels?.['version'] ?? null, codex: labels?.['codex_version'] ?? null };
}
