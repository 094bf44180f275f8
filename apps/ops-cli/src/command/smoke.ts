import type { CommandDefinition } from './command.ts';
import { JSON_OPTION, STATE_DIR_OPTION, URL_OPTION } from './options.ts';

export const SMOKE: CommandDefinition = {
  name: 'smoke',
  summary: 'whether a running proxy does all that it should: pass or fail, step by step',
  description: [
    'Probes, a wrong key, models, a scrape, a streamed completion with its metrics and its log record, the trace buffer on and off, maintenance on ' +
      'and off, restart visibility with a planned recycle, and secrets made up for this run, which every prompt holds and which must be found ' +
      'nowhere afterwards: in no answer and, where the state folder is this proxy’s, in no file of it. A step that cannot be made here is skipped, and says why.',
    'It sends a few short completions, and for some milliseconds in maintenance mode clients are turned away: with --passive nothing is ' +
      'switched. The proxy is left as it was found, also after a failure and after Ctrl-C; should this process be killed, maintenance ends by itself after a ' +
      'minute. A proxy that is in maintenance is left in it, and no completion can be tried then: that is a failure, unless --allow-maintenance is given.',
    'Keys come from PROXY_API_KEY, PROXY_ADMIN_TOKEN and PROXY_METRICS_TOKEN, else, for a proxy of this machine, from credentials.json of the state folder.',
  ],
  options: [
    URL_OPTION,
    { kind: 'text', name: 'model', placeholder: 'MODEL', description: 'the model to ask; the first that is served by default' },
    { kind: 'flag', name: 'passive', description: 'switch nothing: no trace buffer, no maintenance, no recycle' },
    { kind: 'flag', name: 'allow-maintenance', description: 'be content where maintenance keeps completions from being tried' },
    {
      kind: 'file',
      name: 'log',
      placeholder: 'FILE',
      description: 'what the proxy logs, its standard output, where you keep it: searched for secrets',
    },
    STATE_DIR_OPTION,
    JSON_OPTION,
  ],
  document: [
    { field: 'version', description: '1; rises when a field changes its meaning' },
    { field: 'url', description: 'the proxy' },
    { field: 'passed, failed, skipped', description: 'how many steps did' },
    { field: 'interrupted', description: 'whether Ctrl-C ended it' },
    { field: 'completion', description: 'what became of the streamed completion: passed, failed, or skipped, as in maintenance' },
    { field: 'request_ids', description: 'the completions that it sent: codex-ops trace tells of each' },
    { field: 'not_put_back', description: 'what could not be left as it was found, and how it is done by hand' },
    { field: 'steps', description: '[{name, outcome: passed|failed|skipped, note?, why?, duration_ms}], in order' },
  ],
  examples: [
    { line: 'codex-ops smoke', description: 'After a deployment, on the machine of the proxy.' },
    { line: 'codex-ops smoke --url https://proxy.example.com --passive', description: 'From elsewhere, without switching anything.' },
    {
      line: `codex-ops smoke --json | jq -r '.steps[] | select(.outcome == "failed") | .name'`,
      description: 'What failed, for a pipeline.',
    },
  ],
  exitCodes: [
    { code: 0, description: 'no step failed' },
    { code: 1, description: 'one did, no completion could be tried, it was interrupted, or something could not be put back' },
    { code: 2, description: 'usage: an unknown option, or an address that is none' },
  ],
  load: async () => (await import('../smoke/smoke-action.ts')).smokeAction,
};
