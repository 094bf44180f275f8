import type { FileOption, FlagOption } from './command.ts';

/** What several commands take. */
export const JSON_OPTION: FlagOption = { kind: 'flag', name: 'json', description: 'print JSON, for programs' };

/** The folder that the proxy keeps its files in. */
export const STATE_DIR_OPTION: FileOption = {
  kind: 'file',
  name: 'state-dir',
  placeholder: 'DIR',
  description: 'the state folder of the proxy',
  environment: 'PROXY_STATE_DIR',
  default: '.codex-api',
};
