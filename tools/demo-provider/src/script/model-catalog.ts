/** An entry of the file that the worker's `model_catalog_json` setting names. Only what a plain chat model needs. */
export interface CatalogModel {
  readonly slug: string;
  readonly display_name: string;
  readonly description: string;
  readonly priority: number;
  readonly visibility: 'list';
  readonly [key: string]: unknown;
}

/**
 * A model catalog for Codex: written to a file and named by `-c model_catalog_json="FILE"`, it makes the worker's `model/list` answer with
 * these models alone, ends its warning about unknown models, and gives the model no tools.
 */
export function demoModelCatalog(models: readonly string[]): { readonly models: readonly CatalogModel[] } {
  return {
    models: models.map((slug, at) => ({
      slug,
      display_name: slug,
      description: 'Scripted, offline.',
      priority: at + 1,
      visibility: 'list',
      supported_in_api: true,
      default_reasoning_level: 'medium',
      supported_reasoning_levels: ['minimal', 'low', 'medium', 'high'].map((effort) => ({ effort, description: effort })),
      default_reasoning_summary: 'none',
      shell_type: 'disabled',
      apply_patch_tool_type: null,
      experimental_supported_tools: [],
      supports_search_tool: false,
      support_verbosity: false,
      default_verbosity: null,
      input_modalities: ['text', 'image'],
      supports_image_detail_original: false,
      supports_parallel_tool_calls: true,
      context_window: 272_000,
      truncation_policy: { mode: 'tokens', limit: 10_000 },
      availability_nux: null,
      upgrade: null,
      base_instructions: '',
    })),
  };
}
