import type { Cause } from './cause.ts';
import { ENDED_CAUSES } from './ended-causes.ts';
import { ERROR_CAUSES } from './error-causes.ts';
import { PROVIDER_CAUSES } from './provider-causes.ts';
import { providerWords } from './provider-trouble.ts';
import { TIME_CAUSES } from './time-causes.ts';
import type { View } from './view.ts';
import { mostly } from './words.ts';

const isOfProvider = ({ errorCode = '' }: View): boolean => errorCode.startsWith('provider_');

const BY_CODE: readonly Cause[] = Object.entries(ERROR_CAUSES).map(([code, [says, next]]) => ({
  id: code,
  applies: ({ errorCode }) => errorCode === code,
  says: (view) => `${says}${isOfProvider(view) ? providerWords(view) : ''}`,
  next,
}));

const LAST: readonly Cause[] = [
  {
    id: 'completed',
    applies: ({ outcome }) => outcome === 'completed',
    says: (view) => `nothing is wrong${mostly(view)}`,
    next: 'Nothing to do.',
  },
  {
    id: 'running',
    applies: ({ outcome }) => outcome === 'running',
    says: () => 'the request has not ended, or the proxy ended before it',
    next: 'Ask again; where the proxy was killed meanwhile, its next start marks the run.',
  },
  {
    id: 'no_terminal_record',
    applies: ({ outcome }) => outcome === 'unknown',
    says: () => 'no terminal record was found: the request still runs, or its access log is gone',
    next: 'Ask again; see LOG_MAX_MB and LOG_MAX_FILES for how long logs are kept.',
  },
  {
    id: 'ended',
    applies: () => true,
    says: (view) => `it ended as ${view.outcome}${view.errorCode === undefined ? '' : ` (${view.errorCode})`}; nothing here tells more`,
    next: 'Read the timeline.',
  },
];

/** Every cause that is known, the most telling first. The last one always applies. */
export const CAUSES: readonly Cause[] = [...PROVIDER_CAUSES, ...ENDED_CAUSES, ...BY_CODE, ...TIME_CAUSES, ...LAST];
