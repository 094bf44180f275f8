import type { Configuration } from '../config/configuration.ts';
import type { TextualToolSettings } from '../openai/textual-tools.ts';

/** What the configuration says of tool calls that a model writes as text. */
export function textualToolSettings(configuration: Configuration): TextualToolSettings {
  const limit = configuration.PROXY_TOOL_BLOCK_MAX;
  const common = { outputMode: configuration.PROXY_OUTPUT_MODE, suppressTailAfterTools: configuration.PROXY_SUPPRESS_TAIL_AFTER_TOOLS };
  if (!configuration.PROXY_STOP_AFTER_TOOLS) {
    return { ...common, stopAfterTools: limit, stopAfterToolsMode: 'burst', stopAfterToolsGraceMs: Infinity };
  }
  return {
    ...common,
    stopAfterTools: limit === 0 ? Infinity : limit,
    stopAfterToolsMode: configuration.PROXY_STOP_AFTER_TOOLS_MODE,
    stopAfterToolsGraceMs: configuration.PROXY_STOP_AFTER_TOOLS_GRACE_MS,
  };
}
