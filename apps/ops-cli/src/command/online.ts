import type { ExitCode, OptionDefinition } from './command.ts';
import { JSON_OPTION, STATE_DIR_OPTION, URL_OPTION } from './options.ts';

/** What every command takes that talks to the proxy. */
export const ONLINE_OPTIONS: readonly OptionDefinition[] = [
  URL_OPTION,
  { ...STATE_DIR_OPTION, description: 'its state folder, whose credentials.json has the tokens where the environment has none' },
  JSON_OPTION,
];

/** Where tokens come from, for the description. */
export const ADMIN_TOKEN_TEXT =
  'Needs the admin token: $PROXY_ADMIN_TOKEN, else, for a proxy of this machine, the one in credentials.json of the state folder.';

export const ONLINE_FAILURES: readonly ExitCode[] = onlineFailures();

/** @param besides What else ends the command with 1. */
export function onlineFailures(besides?: string): readonly ExitCode[] {
  const reached = 'the proxy cannot be reached, wants another token, or refused; one sentence says which';
  return [
    { code: 1, description: besides === undefined ? reached : `${besides}; or ${reached}` },
    { code: 2, description: 'usage: an unknown option, or a value that cannot be used' },
  ];
}
