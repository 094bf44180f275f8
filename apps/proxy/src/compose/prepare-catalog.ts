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

/** The catalog that keeps models plain, as a file. */
export interface Catalog {
  readonly path: string;
  /** Writes it again. */
  write(): Promise<unknown>;
}

/**
 * Writes the catalog that keeps models plain, unless the operator turned agent tools on.
 * @returns undefined where the worker's own catalog is used.
 */
export async function prepareCatalog(parts: CatalogParts): Promise<Catalog | undefined> {
  const { configuration, environment, provider, binary, codexHome, logger, signal } = parts;
  if (configuration.CODEX_AGENT_TOOLS.length > 0) return undefined;
  try {
    const catalog = provider.catalog ?? (await bundledCatalog(binary, { codexHome, path: environment.PATH, signal }));
    const served = configuration.CODEX_MODEL === undefined ? [] : [configuration.CODEX_MODEL];
    const plain = plainCatalog(catalog, served);
    const write = async (): Promise<string> => writeCatalog(plain, codexHome);
    return { path: await write(), write };
  } catch (error) {
    if (signal.aborted) return undefined;
    logger.event('worker_catalog_failed', { error_message: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
}
