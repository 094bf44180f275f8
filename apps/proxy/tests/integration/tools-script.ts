import type { ProviderAnswer, ProviderFunctionCall, ProviderRequest } from '@codex-proxy/demo-provider';

export const CITY_PARAMETERS = {
  type: 'object' as const,
  properties: { city: { type: 'string' as const, description: 'A city' } },
  required: ['city'],
  additionalProperties: false,
};

/** The calls of two cities, with arguments that are spread over deltas and are not how `JSON.stringify` would write them. */
export const TWO_CITIES: readonly ProviderFunctionCall[] = [
  { name: 'get_weather', arguments: ['{"ci', 'ty" : ', '"Tromsø"}'], callId: 'call_north' },
  { name: 'get_weather', arguments: ['{"city"', ':"Rome"', '}'], callId: 'call_south' },
];

export const FIRST_USAGE = { inputTokens: 30, cachedInputTokens: 3, outputTokens: 7, reasoningOutputTokens: 2 };
export const SECOND_USAGE = { inputTokens: 55, cachedInputTokens: 30, outputTokens: 9, reasoningOutputTokens: 0 };

/** A model that asks for the weather of cities, and tells what it was told. */
export function weatherModel(calls: readonly ProviderFunctionCall[], first: Partial<ProviderAnswer> = {}) {
  return ({ input }: ProviderRequest): ProviderAnswer => {
    const outputs = input.flatMap((item) => (item.type === 'function_call_output' ? [String(item.output)] : []));
    return outputs.length === 0
      ? { deltas: [], functionCalls: calls, usage: FIRST_USAGE, ...first }
      : { deltas: ['It is ', outputs.join(' and '), '.'], usage: SECOND_USAGE };
  };
}

/** What the weather is, for whoever runs the tool. */
export function weatherOf(city: string): string {
  return city === 'Rome' ? 'hot in Rome' : `cold in ${city}`;
}
