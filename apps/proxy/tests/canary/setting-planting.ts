import { CONFIGURATION } from '../../src/config/configuration.ts';
import type { Settings } from '../support/proxy-under-test.ts';
import type { CanaryBook } from './canary.ts';
import { LINE_FORMATS, type FormatName } from './secret-format.ts';

/** Settings that are paths, of which nothing is refused. */
const PATHS: readonly string[] = ['PROXY_STATE_DIR', 'REDACTION_RULES', 'CODEX_BIN', 'CODEX_WORKDIR'];

const formatAt = (index: number): FormatName => LINE_FORMATS[index % LINE_FORMATS.length] ?? 'github';

/** What makes a start fail, with keys that were meant for other variables. */
export const MISPLACED_SETTINGS: readonly (readonly [what: string, make: (book: CanaryBook) => Settings])[] = [
  [
    'where nothing is accepted',
    (book) => {
      const names = [...Object.keys(CONFIGURATION), 'OPENAI_BASE_URL'].filter((name) => !PATHS.includes(name));
      return Object.fromEntries(names.map((name, index) => [name, `! ${book.secret('operator', `the setting ${name}`, formatAt(index))}`]));
    },
  ],
  ['as the address', (book) => ({ PROXY_HOST: book.secret('operator', 'PROXY_HOST', 'github') })],
  ['as the path of the rules', (book) => ({ REDACTION_RULES: `/nowhere/${book.secret('operator', 'REDACTION_RULES', 'npm')}` })],
];
