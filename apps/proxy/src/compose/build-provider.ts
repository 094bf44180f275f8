import { join } from 'node:path';
import type { Configuration } from '../config/configuration.ts';
import type { Environment } from '../config/read-configuration.ts';
import { chooseProvider, codexProvider, customProvider, demoProvider, type Provider } from '../provider/provider.ts';

/** The provider that the configuration comes to; the demo one is started, on loopback, only when it is chosen. */
export async function buildProvider(configuration: Configuration, environment: Environment, stateDir: string): Promise<Provider> {
  const codexHome = join(stateDir, 'codex-home');
  const kind = chooseProvider(configuration, environment, codexHome);
  const { PROXY_PROVIDER_BASE_URL: baseUrl, PROXY_PROVIDER_API_KEY: apiKey } = configuration;
  if (kind === 'custom' && baseUrl !== undefined) return customProvider(baseUrl, apiKey);
  if (kind === 'codex') return codexProvider(environment, codexHome);
  const { demoModelCatalog, startDemoProvider } = await import('@codex-proxy/demo-provider');
  const demo = await startDemoProvider();
  const { models } = demoModelCatalog(demo.models);
  const catalog = { models: models.map((model) => ({ ...model })) };
  return demoProvider({ baseUrl: demo.baseUrl, models: demo.models, catalog, close: async () => demo.close() });
}
