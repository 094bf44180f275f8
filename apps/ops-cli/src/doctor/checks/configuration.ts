import { configurationRows, type Configuration } from '@codex-proxy/proxy';
import { UsageError } from '../../errors.ts';
import { readRulesFile } from '../../redact/rules-file.ts';
import { nearest } from '../../text/nearest.ts';
import type { Finding } from '../finding.ts';
import type { Patient } from '../patient.ts';

const REFERENCE = 'docs/reference/configuration.md has every variable';

/** The environment, by the table that the proxy reads it by. */
export async function checkConfiguration(patient: Patient): Promise<readonly Finding[]> {
  const { environment, configuration, problems } = patient;
  const set = configurationRows().filter(({ name }) => (environment[name] ?? '').trim() !== '');
  const findings = [
    ...problems.map((problem): Finding => ({ severity: 'error', text: problem, advice: `the proxy does not start with it; ${REFERENCE}` })),
    ...misspelt(environment),
    ...RISKS.flatMap(({ applies, ...finding }) => (applies(configuration) ? [finding] : [])),
    ...(await rulesFindings(patient)),
  ];
  if (problems.length > 0) return findings;
  const told = `${set.length} ${set.length === 1 ? 'variable is' : 'variables are'} set in this environment, and understood`;
  return [...findings, { severity: 'ok', text: set.length === 0 ? 'nothing is set in this environment: the defaults hold' : told }];
}

/** Known to Codex, to OpenAI's clients, to codex-ops or to the runbook's commands, and not to the table. */
const FOREIGN = [
  'CODEX_HOME',
  'CODEX_SQLITE_HOME',
  'CODEX_OPS_URL',
  'OPENAI_API_KEY',
  'OPENAI_BASE_URL',
  'CODEX_API_KEY',
  'PROXY_URL',
  'PROXY_LOG',
];
/** Nobody else's. */
const OURS = /^(PROXY|RUN_EVENTS|AGENT_LOGS)_/;
const ALIKE = /^(PROXY|RUN_EVENTS|AGENT_LOGS|WORKER|CODEX|LOG|ARCHIVE|REDACTION)_/;

/** A variable that nothing reads has no effect, and nothing else would say so. */
function misspelt(environment: Patient['environment']): readonly Finding[] {
  const known = [...configurationRows().map(({ name }) => name), ...FOREIGN];
  return Object.keys(environment)
    .filter((name) => ALIKE.test(name) && !known.includes(name))
    .flatMap((name): readonly Finding[] => {
      const meant = nearest(name, known);
      if (meant === undefined && !OURS.test(name)) return [];
      const advice = meant === undefined ? `remove it, or see what it is called now: ${REFERENCE}` : `is ${meant} meant?`;
      return [{ severity: 'warning', text: `${name} is set, and no variable of the proxy: it has no effect`, advice }];
    });
}

interface Risk extends Finding {
  readonly applies: (configuration: Configuration) => boolean;
}

/** What is accepted, and worth a thought. */
const RISKS: readonly Risk[] = [
  {
    applies: ({ CODEX_SANDBOX, CODEX_AGENT_TOOLS }) => CODEX_SANDBOX === 'danger-full-access' && CODEX_AGENT_TOOLS.length > 0,
    severity: 'warning',
    text: 'CODEX_SANDBOX is danger-full-access: whoever has the API key can run anything as this user',
    advice: 'set CODEX_SANDBOX=read-only, or keep CODEX_AGENT_TOOLS empty',
  },
  {
    applies: ({ PROXY_API_KEY, PROXY_ADMIN_TOKEN }) => PROXY_API_KEY !== undefined && PROXY_API_KEY === PROXY_ADMIN_TOKEN,
    severity: 'warning',
    text: 'PROXY_API_KEY and PROXY_ADMIN_TOKEN are the same: every client can switch maintenance mode',
    advice: 'give the admin token a value of its own',
  },
  {
    applies: ({ PROXY_API_KEY, PROXY_ADMIN_TOKEN }) => PROXY_API_KEY === undefined && PROXY_ADMIN_TOKEN !== undefined,
    severity: 'warning',
    text: 'PROXY_ADMIN_TOKEN is set and PROXY_API_KEY is not: /v1 refuses everybody',
    advice: 'set PROXY_API_KEY too',
  },
  {
    applies: ({ PROXY_CORS_ORIGINS }) => PROXY_CORS_ORIGINS.includes('*'),
    severity: 'warning',
    text: 'PROXY_CORS_ORIGINS is *: every page that has a key can use it from a browser',
    advice: 'name the origins that may',
  },
  {
    applies: ({ PROXY_MAINTENANCE_MODE }) => PROXY_MAINTENANCE_MODE,
    severity: 'warning',
    text: 'PROXY_MAINTENANCE_MODE is on: every start turns clients away until it is switched off',
    advice: 'unset it, and use codex-ops maintenance on, which ends with what it was for',
  },
  {
    applies: ({ RUN_EVENTS_CONTENT }) => RUN_EVENTS_CONTENT === 'preview',
    severity: 'note',
    text: 'RUN_EVENTS_CONTENT is preview: the beginnings of prompts and answers are kept, redacted',
  },
  {
    applies: ({ LOG_LEVEL }) => LOG_LEVEL === 'trace' || LOG_LEVEL === 'debug',
    severity: 'note',
    text: 'LOG_LEVEL is below info: a line is logged for every chunk of every stream',
  },
];

async function rulesFindings({ configuration: { REDACTION_RULES: path }, readFile }: Patient): Promise<readonly Finding[]> {
  if (path === undefined) return [];
  try {
    const { rules = [] } = await readRulesFile(path, readFile);
    return [{ severity: 'ok', text: `REDACTION_RULES can be used: ${rules.length} rules of your own` }];
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return [
      { severity: 'error', text: error.message, advice: 'the proxy does not start with it; docs/reference/redaction.md has the form' },
    ];
  }
}
