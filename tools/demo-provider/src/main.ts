import { parseArgs } from 'node:util';
import type { ProviderScript } from './script/provider-script.ts';
import { startDemoProvider } from './server/demo-provider.ts';

const { values } = parseArgs({
  options: {
    host: { type: 'string' },
    port: { type: 'string', default: '0' },
    'first-token-ms': { type: 'string' },
    'inter-token-ms': { type: 'string' },
    /** So many deltas in every answer, instead of the friendly text. */
    deltas: { type: 'string' },
    model: { type: 'string', multiple: true },
    'exit-with-stdin': { type: 'boolean', default: false },
  },
});

const count = values.deltas === undefined ? undefined : Number(values.deltas);
const fixed = Array.from({ length: count ?? 0 }, (_, at) => `word${at} `);
const script: ProviderScript = () => ({ deltas: fixed });

const provider = await startDemoProvider({
  port: Number(values.port),
  ...(values.host === undefined ? {} : { host: values.host }),
  ...(count === undefined ? {} : { script }),
  ...(values.model === undefined ? {} : { models: values.model }),
  ...(values['first-token-ms'] === undefined ? {} : { firstTokenMs: Number(values['first-token-ms']) }),
  ...(values['inter-token-ms'] === undefined ? {} : { interTokenMs: Number(values['inter-token-ms']) }),
});
process.stdout.write(`${JSON.stringify({ baseUrl: provider.baseUrl, models: provider.models })}\n`);

const stop = (): void => void provider.close();
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
if (values['exit-with-stdin']) process.stdin.once('end', stop).resume();
