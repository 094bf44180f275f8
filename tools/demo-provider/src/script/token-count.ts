import { imagesOf, textOf, type ProviderRequest } from '../request/provider-request.ts';
import { argumentsOf, type ProviderAnswer, type ProviderUsage } from './provider-script.ts';

const TOKENS_PER_IMAGE = 85;
const CACHE_MINIMUM = 1024;
const CACHE_STEP = 128;

/** Counts words in pieces of four characters: near what real tokenizers say, and the same on every run. */
export function countTokens(text: string): number {
  let tokens = 0;
  for (const word of text.matchAll(/\S+/gu)) tokens += Math.ceil(word[0].length / 4);
  return tokens;
}

/**
 * The usage of an answer that states none. As with OpenAI's prompt caching, what came before the last message counts as cached from 1,024
 * tokens on, in steps of 128.
 */
export function countUsage(request: ProviderRequest, answer: ProviderAnswer): ProviderUsage {
  const perItem = request.input.map((item) => countTokens(textOf(item)) + TOKENS_PER_IMAGE * imagesOf(item));
  const instructions = countTokens(request.instructions);
  const prefix = instructions + sum(perItem.slice(0, -1));
  const reasoningOutputTokens = countTokens((answer.reasoning ?? []).join(''));
  const called = (answer.functionCalls ?? []).map((call) => countTokens(call.name) + countTokens(argumentsOf(call)));
  return {
    inputTokens: instructions + sum(perItem),
    cachedInputTokens: prefix < CACHE_MINIMUM ? 0 : prefix - (prefix % CACHE_STEP),
    outputTokens: countTokens(answer.deltas.join('')) + reasoningOutputTokens + sum(called),
    reasoningOutputTokens,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
