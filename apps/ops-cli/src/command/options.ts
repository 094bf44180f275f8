import type { FileOption, FlagOption, OptionDefinition, TextOption } from './command.ts';

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

/** The proxy that a command talks to. */
export const URL_OPTION: TextOption = {
  kind: 'text',
  name: 'url',
  placeholder: 'URL',
  description: 'the address of the proxy',
  environment: 'CODEX_OPS_URL',
  default: 'http://127.0.0.1:11435',
};

/** Of a command that can go on showing what it shows. */
export const WATCH_OPTIONS: readonly OptionDefinition[] = [
  { kind: 'flag', name: 'watch', description: 'show it anew until Ctrl-C; with --json a line a frame' },
  { kind: 'duration', name: 'interval', placeholder: 'TIME', description: 'with --watch, how often', min: '250ms', default: '2s' },
];
