import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { demoModelCatalog, startDemoProvider, type DemoProvider, type DemoProviderOptions } from '@codex-proxy/demo-provider';
import type { WorkerCommand } from '@codex-proxy/worker';
import { onTestFinished } from 'vitest';
import { codexBinary } from './codex-binary.ts';
import { temporaryFolder } from './supervised.ts';

/** What leaves a plain, silent chat model of the agent. See the README of the demo provider. */
const PLAIN_CHAT = {
  thread_unload_delay_secs: 0,
  'features.shell_tool': false,
  'features.unified_exec': false,
  'features.multi_agent': false,
  'features.goals': false,
  'features.apps': false,
  'features.plugins': false,
  'features.view_image': false,
  'features.unbounded_connection_retries': false,
  'agents.enabled': false,
  'tools.experimental_request_user_input.enabled': false,
  'skills.include_instructions': false,
  'skills.bundled.enabled': false,
  include_environment_context: false,
  include_permissions_instructions: false,
  include_collaboration_mode_instructions: false,
  include_apps_instructions: false,
  web_search: 'disabled',
  check_for_update_on_startup: false,
  'analytics.enabled': false,
} as const;

/** A demo provider that is gone when the test is over. */
export async function demoProvider(options: DemoProviderOptions): Promise<DemoProvider> {
  const provider = await startDemoProvider(options);
  onTestFinished(async () => provider.close());
  return provider;
}

/** The real worker, with an empty home, in front of a demo provider. */
export function codexCommand(provider: DemoProvider): WorkerCommand {
  const home = temporaryFolder();
  const catalog = join(home, 'models.json');
  writeFileSync(catalog, JSON.stringify(demoModelCatalog(provider.models)));
  const settings = {
    ...PLAIN_CHAT,
    model_catalog_json: catalog,
    model_provider: 'demo',
    'model_providers.demo.name': 'demo',
    'model_providers.demo.base_url': provider.baseUrl,
    'model_providers.demo.wire_api': 'responses',
    'model_providers.demo.request_max_retries': 0,
    'model_providers.demo.stream_max_retries': 0,
  };
  return {
    file: codexBinary(),
    args: ['app-server', ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${JSON.stringify(value)}`])],
    cwd: home,
    env: { HOME: home, CODEX_HOME: home, PATH: '/usr/bin:/bin', NO_PROXY: '*', no_proxy: '*' },
  };
}
