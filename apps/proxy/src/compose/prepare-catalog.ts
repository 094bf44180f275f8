import type { Logger } from '@codex-proxy/logging';
import type { Configuration } from '../config/configuration.ts';
import type { Environment } from '../config/read-configuration.ts';
import { bundledCatalog, plainCatalog, writeCatalog } from '../provider/model-catalog.ts';
import type { Provider } from '../provider/provider.ts';

export interface CatalogParts {
  readonly configuration: Configuration;
  readonly environment: Environment;
  readonly provider: Provider;
  readonly binary: string;
  readonly codexHome: string;
  readonly logger: Logger;
}

/**
 * Writes the catalog that keeps models plain, unless the operator turned agent tools on.
 * @returns its path; undefined where the worker's own catalog is used.
 */
export async function prepareCatalog(parts: CatalogParts): Promise<string | undefined> {
  const { configuration, environment, provider, binary, codexHome, logger } = parts;
  if (configuration.CODEX_AGENT_TOOLS.length > 0) return undefined;
  try {
    return await writeCatalog(provider.catalog ?? plainCatalog(await bundledCatalog(binary, codexHome, environment.PATH)), codexHome);
  } catch (error) {
    logger.event('worker_catalog_failed', { error_message: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
}
