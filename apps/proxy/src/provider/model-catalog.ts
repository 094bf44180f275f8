import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

/** Generous, because a loaded machine is slow and not broken, and what cannot be read leaves models their tools. */
const READ_TIMEOUT_MS = 15_000;
const MAX_CATALOG_BYTES = 64 * 1_048_576;

const catalogSchema = z.looseObject({ models: z.array(z.looseObject({ slug: z.string() })) });

/** What the worker knows of models, in the form of its `model_catalog_json`. */
export type ModelCatalog = z.infer<typeof catalogSchema>;

export interface ReadingOptions {
  readonly codexHome: string;
  /** Where programs are, for a binary that is given by name or is a script. */
  readonly path: string | undefined;
  /** Ends the reading. */
  readonly signal?: AbortSignal;
}

/**
 * Reads the catalog inside the worker's binary.
 * @throws Error when the binary has none or does not tell.
 */
export async function bundledCatalog(binary: string, options: ReadingOptions): Promise<ModelCatalog> {
  const { codexHome, path, signal } = options;
  const reading = promisify(execFile)(binary, ['debug', 'models', '--bundled'], {
    env: { ...(path === undefined ? {} : { PATH: path }), CODEX_HOME: codexHome, HOME: codexHome },
    timeout: READ_TIMEOUT_MS,
    killSignal: 'SIGKILL',
    maxBuffer: MAX_CATALOG_BYTES,
    ...(signal === undefined ? {} : { signal }),
  });
  reading.child.stdin?.end();
  return catalogSchema.parse(JSON.parse((await reading).stdout));
}

/**
 * More tokens than any conversation has. Beyond nine tenths of a window the worker would have the conversation summarised, by a request of
 * its own, and ask with the summary; and it would cut long outputs of tools. Whether a conversation is too long is for the provider to say.
 */
const UNBOUNDED_TOKENS = 1_000_000_000;

/** What models that the catalog does not know are taken for: any will do that is a plain chat model once it is made plain. */
const TEMPLATE = 'gpt-5.5';

/**
 * Takes from each model the tools that the catalog gives it whatever the configuration says: with 0.169.0, `gpt-5.6` and later
 * get a JavaScript `exec` tool and sub-agents that no feature switch takes away. Conversations go to the provider whole.
 * @param served Models that get an entry though the catalog does not know them.
 */
export function plainCatalog(catalog: ModelCatalog, served: readonly string[] = []): ModelCatalog {
  const known = new Set(catalog.models.map((model) => model.slug));
  const template = catalog.models.find((model) => model.slug === TEMPLATE) ?? catalog.models[0];
  const unknown = template === undefined ? [] : served.filter((slug) => !known.has(slug));
  const added: ModelCatalog['models'] = unknown.map((slug) => ({ ...template, slug, display_name: slug }));
  return {
    ...catalog,
    models: [...catalog.models, ...added].map(({ tool_mode: _mode, multi_agent_version: _version, ...model }) => ({
      ...model,
      apply_patch_tool_type: null,
      experimental_supported_tools: [],
      shell_type: 'disabled',
      use_responses_lite: false,
      context_window: UNBOUNDED_TOKENS,
      max_context_window: UNBOUNDED_TOKENS,
      truncation_policy: { mode: 'tokens', limit: UNBOUNDED_TOKENS },
      // What the provider takes when nobody says.
      default_verbosity: null,
    })),
  };
}

/** @returns the path for `model_catalog_json`. */
export async function writeCatalog(catalog: ModelCatalog, codexHome: string): Promise<string> {
  const path = join(codexHome, 'model-catalog.json');
  await mkdir(codexHome, { recursive: true, mode: 0o700 });
  await writeFile(path, JSON.stringify(catalog), { mode: 0o600 });
  return path;
}
