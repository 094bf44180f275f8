import type { TokenUsage } from '@codex-proxy/contracts';
import { countAt, type JsonObject } from '../channel/json-shape.ts';

/** Token counts as the worker tells them; what is missing counts nothing. */
export function tokensOf(counts: JsonObject | undefined): TokenUsage {
  return {
    inputTokens: countAt(counts, 'inputTokens'),
    cachedInputTokens: countAt(counts, 'cachedInputTokens'),
    outputTokens: countAt(counts, 'outputTokens'),
    reasoningOutputTokens: countAt(counts, 'reasoningOutputTokens'),
  };
}

export function addTokens(sum: TokenUsage | undefined, more: TokenUsage): TokenUsage {
  if (sum === undefined) return more;
  return {
    inputTokens: sum.inputTokens + more.inputTokens,
    cachedInputTokens: sum.cachedInputTokens + more.cachedInputTokens,
    outputTokens: sum.outputTokens + more.outputTokens,
    reasoningOutputTokens: sum.reasoningOutputTokens + more.reasoningOutputTokens,
  };
}
