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
  /** The proxy stops: nobody waits for the catalog any more. */
  readonly signal: AbortSignal;
}

/**
 * Writes the catalog that keeps models plain, unless the operator turned agent tools on.
 * @returns its path; undefined where the worker's own catalog is used.
 */
export async function prepareCatalog(parts: CatalogParts): Promise<string | undefined> {
  const { configuration, environment, provider, binary, codexHome, logger, signal } = parts;
  if (configuration.CODEX_AGENT_TOOLS.length > 0) return undefined;
  try {
    const catalog = provider.catalog ?? (await bundledCatalog(binary, { codexHome, path: environment.PATH, signal }));
    const served = configuration.CODEX_MODEL === undefined ? [] : [configuration.CODEX_MODEL];
    return await writeCatalog(plainCatalog(catalog, served), codexHome);
  } catch (error) {
    if (signal.aborted) return undefined;
    logger.event('worker_catalog_failed', { error_message: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
}
