import { join } from 'node:path';
import { chooseProvider, ConfigurationError } from '@codex-proxy/proxy';
import type { Finding } from '../finding.ts';
import type { Patient } from '../patient.ts';

/** Where answers come from, by what the proxy would choose in this environment. */
export function checkProvider({ environment, configuration, stateDir }: Patient): readonly Finding[] {
  try {
    const kind = chooseProvider(configuration, environment, join(stateDir, 'codex-home'));
    if (kind !== 'demo') return [{ severity: 'ok', text: TEXTS[kind] }];
    const advice = 'set OPENAI_API_KEY, log Codex in, or name an endpoint in PROXY_PROVIDER_BASE_URL';
    return [{ severity: 'note', text: 'the offline demo answers, in this environment, and what it says has no meaning', advice }];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.map((text) => ({ severity: 'error', text, advice: 'the proxy does not start before one is named' }));
  }
}

const TEXTS = {
  codex: 'Codex answers with credentials of its own, in this environment',
  custom: 'the endpoint in PROXY_PROVIDER_BASE_URL answers, in this environment',
} as const;
