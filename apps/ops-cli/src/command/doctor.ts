import type { CommandDefinition } from './command.ts';
import { JSON_OPTION, STATE_DIR_OPTION } from './options.ts';

export const DOCTOR: CommandDefinition = {
  name: 'doctor',
  summary: 'what is wrong with this machine, its configuration and its files, and what to do about it',
  description: [
    'Run it where the proxy runs, as its user and with its environment. The environment is read by the table that the proxy reads it by: every ' +
      'bad value, contradictions, variables that nothing reads. Then modes and owners in the state folder, free disk against what the limits allow, ' +
      'the worker binary and its version, the port (free, or who answers there), the clock, the databases (opened for reading, quick_check), ' +
      'log files, what killed processes have left, and Node.',
    'Each finding says how grave it is and what to do. The proxy may be up or down; nothing is changed.',
  ],
  options: [STATE_DIR_OPTION, JSON_OPTION],
  document: [
    { field: 'version', description: '1; rises when a field changes its meaning' },
    { field: 'state_dir', description: 'the folder that was looked at' },
    { field: 'errors, warnings', description: 'how many findings are that grave' },
    { field: 'findings', description: '[{check, severity: error|warning|note|ok, text, advice?}], in the order of the checks' },
  ],
  examples: [
    { line: 'codex-ops doctor', description: 'Why does it not start?' },
    {
      line: 'sudo -u codex env $(cat /etc/codex-proxy.env) codex-ops doctor --state-dir /var/lib/codex-proxy',
      description: 'As a service sees it.',
    },
    { line: `codex-ops doctor --json | jq '.findings[] | select(.severity == "error")'`, description: 'What must be mended.' },
  ],
  exitCodes: [
    { code: 0, description: 'no finding is an error' },
    { code: 1, description: 'one is' },
    { code: 2, description: 'usage: an unknown option' },
  ],
  load: async () => (await import('../doctor/doctor-action.ts')).doctorAction,
};
