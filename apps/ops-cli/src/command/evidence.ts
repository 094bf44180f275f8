import type { CommandDefinition } from './command.ts';
import { JSON_OPTION, STATE_DIR_OPTION, URL_OPTION } from './options.ts';

export const EVIDENCE_CAPTURE: CommandDefinition = {
  name: 'evidence capture',
  summary: 'what an incident or a drill is to leave behind, in one bundle: probes, metrics, a trace, logs, versions, configuration',
  description: [
    'Captures the probes with their status, the whole scrape and the series that matter, the states of maintenance, trace buffer, recycling and runs, the last ' +
      'lines of the logs, the trace of a request, the rule of an alert, versions, the configuration without its secrets, and what doctor says. ' +
      'manifest.json lists every file with size, SHA-256, time and source, and what could not be had and why: also a proxy that is down leaves evidence.',
    'Everything goes through redaction, by your own rules in $REDACTION_RULES too, and without the keys of the proxy. The bundle is written whole or not at ' +
      'all, readable by its owner alone, and never over another.',
  ],
  options: [
    {
      kind: 'file',
      name: 'out',
      placeholder: 'DIR',
      description: 'the folder to make, or the file, where it ends in .tar.gz or .tgz',
      isRequired: true,
    },
    { kind: 'text', name: 'req-id', placeholder: 'ID', description: 'the request that the evidence is about: its trace, run and artifact' },
    {
      kind: 'text',
      name: 'alert',
      names: 'alert',
      placeholder: 'NAME',
      description: 'the alert that it is about: its rule, and its series as the snippet',
    },
    {
      kind: 'integer',
      name: 'lines',
      placeholder: 'N',
      description: 'how many lines of each log, from its end',
      min: 0,
      max: 100_000,
      default: 1_000,
    },
    { kind: 'file', name: 'log', placeholder: 'FILE', description: 'what the proxy logs, its standard output, where you keep it' },
    URL_OPTION,
    STATE_DIR_OPTION,
    JSON_OPTION,
  ],
  document: [
    { field: 'path', description: 'the bundle' },
    { field: 'version', description: '1; rises when a field changes its meaning' },
    { field: 'captured_at, finished_at', description: 'when it began and ended, ISO 8601 UTC' },
    { field: 'url, state_dir, request_id, alert', description: 'what it is about' },
    { field: 'files', description: '[{path, bytes, sha256, captured_at, source}]' },
    { field: 'missing', description: '[{what, why}]: what could not be had' },
  ],
  examples: [
    {
      line: 'codex-ops evidence capture --out docs/app-server-migration/alerts/evidence/3-4/drill-1 --alert CodexWorkerRestartsFrequent',
      description: 'A drill, into the folder of the runbook.',
    },
    {
      line: 'codex-ops evidence capture --out incident-4711.tar.gz --req-id req_Vt3hW8kqN1sZ0aB7cD5eF9gH',
      description: 'An incident, for a ticket.',
    },
  ],
  exitCodes: [
    { code: 0, description: 'the bundle is written, whatever it misses: standard error names that' },
    { code: 1, description: 'there is something of that name already, it could not be written, or it was interrupted: nothing is left' },
    {
      code: 2,
      description:
        'usage: no --out; an unknown option; an alert that there is not; what cannot be an id or an address; rules that cannot be used',
    },
  ],
  load: async () => (await import('../evidence/evidence-action.ts')).evidenceCaptureAction,
};
