import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { oneCheck } from '../tally/tally.ts';
import type { Stage, StageContext } from './stage.ts';

/** What runs in production. */
const PROGRAMS = ['apps/proxy', 'apps/ops-cli'];
const LARGEST_BYTES = 64 * 1024 * 1024;
/** What npm says beside where its own log is. */
const REASON = /^npm (?:error|ERR!) (?!A complete log|code )(\S.*)$/;

interface Bill {
  readonly components: readonly { readonly 'bom-ref': string }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

/**
 * The software bill of materials of what runs in production, on stdout: CycloneDX 1.5. `npm sbom --omit=dev` leaves out each package that any
 * workspace has for development as well, the worker among them; `npm ls` tells which are needed. Where what is installed is not what the lock
 * file asks for, there is none, and npm's reasons are told.
 */
export const sbom: Stage = async (context) => {
  try {
    process.stdout.write(`${JSON.stringify(await billOfProduction(context), null, 2)}\n`);
    return { tally: oneCheck(0), output: '' };
  } catch (error) {
    if (!(error instanceof NpmError)) throw error;
    context.say('sbom: npm can make no bill of materials of what is installed here; `npm ci` installs what package-lock.json asks for');
    for (const reason of error.reasons) context.say(`sbom: ${reason}`);
    return { tally: oneCheck(1), output: '' };
  }
};

/** npm refused. */
class NpmError extends Error {
  readonly reasons: readonly string[];

  constructor(stderr: string) {
    super('npm failed');
    this.name = 'NpmError';
    this.reasons = stderr.split('\n').flatMap((line) => REASON.exec(line)?.[1] ?? []);
  }
}

async function billOfProduction({ root, env, signal }: StageContext): Promise<Bill> {
  const npm = async (...args: readonly string[]): Promise<string> => {
    try {
      return (await promisify(execFile)('npm', args, { cwd: root, env, signal, maxBuffer: LARGEST_BYTES })).stdout;
    } catch (error) {
      if (error instanceof Error && 'stderr' in error && typeof error.stderr === 'string' && !signal.aborted)
        throw new NpmError(error.stderr);
      throw error;
    }
  };
  const all: unknown = JSON.parse(await npm('sbom', '--sbom-format=cyclonedx'));
  if (!isBill(all)) throw new Error('npm sbom printed no bill of materials');
  const programs = PROGRAMS.map((folder) => `--workspace=${folder}`);
  const needed = productionRefs(await npm('ls', '--omit=dev', '--all', '--parseable', '--long', ...programs));
  return billOf(all, needed);
}

function isBill(value: unknown): value is Bill {
  if (typeof value !== 'object' || value === null || !('components' in value) || !('dependencies' in value)) return false;
  return Array.isArray(value.components) && Array.isArray(value.dependencies);
}

/** `name@version` of each line `path:name@version` or `path:name@version:link`. */
export function productionRefs(listing: string): ReadonlySet<string> {
  return new Set(listing.split('\n').flatMap((line) => line.split(':')[1] ?? []));
}

/** The part of a bill that is about `needed`. */
export function billOf<T extends Bill>(bill: T, needed: ReadonlySet<string>): T {
  return {
    ...bill,
    components: bill.components.filter((component) => needed.has(component['bom-ref'])),
    dependencies: bill.dependencies
      .filter(({ ref }) => needed.has(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((each) => needed.has(each)) })),
  };
}
