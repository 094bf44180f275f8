import type { RunningProxy } from './proxy.ts';

/** What a newcomer needs to try the proxy; goes to stderr, since stdout is the log. */
export function banner(proxy: Pick<RunningProxy, 'url' | 'credentials' | 'provider' | 'models'>): string {
  const { url, credentials, provider } = proxy;
  const generated = credentials.file !== undefined;
  const key = generated ? (credentials.apiKey ?? '') : '$PROXY_API_KEY';
  const model = proxy.models()[0] ?? 'MODEL';
  const lines = [
    '',
    `codex-proxy listens on ${url}`,
    `  provider  ${provider.summary}`,
    `  API key   ${generated ? `${key}   (kept in ${credentials.file ?? ''})` : 'the one in PROXY_API_KEY'}`,
    `  probes    ${url}/readyz   metrics ${url}/metrics`,
    '',
    'Try it:',
    `  curl -N ${url}/v1/chat/completions \\`,
    `    -H "Authorization: Bearer ${key}" -H "Content-Type: application/json" \\`,
    `    -d '{"model":"${model}","stream":true,"messages":[{"role":"user","content":"Hello!"}]}'`,
    ...(model === 'MODEL' ? [`  (models: curl ${url}/v1/models -H "Authorization: Bearer ${key}")`] : []),
    '',
    'Ctrl-C drains and stops. The log is on stdout.',
    '',
  ];
  return `${lines.join('\n')}\n`;
}
