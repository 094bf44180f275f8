import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { oneCheck } from '../tally/tally.ts';
import type { Stage } from './stage.ts';

/** What runs in production. */
const PROGRAMS = ['apps/proxy', 'apps/ops-cli'];
const LARGEST_BYTES = 64 * 1024 * 1024;

interface Bill {
  readonly components: readonly { readonly 'bom-ref': string }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

/**
 * The software bill of materials of what runs in production, on stdout: CycloneDX 1.5. `npm sbom --omit=dev` leaves out each package that any
 * workspace has for development as well, the worker among them; `npm ls` tells which are needed.
 */
export const sbom: Stage = async ({ root, env, signal }) => {
  const npm = async (...args: readonly string[]): Promise<string> =>
    (await promisify(execFile)('npm', args, { cwd: root, env, signal, maxBuffer: LARGEST_BYTES })).stdout;
  const all: unknown = JSON.parse(await npm('sbom', '--sbom-format=cyclonedx'));
  if (!isBill(all)) throw new Error('npm sbom printed no bill of materials');
  const programs = PROGRAMS.map((folder) => `--workspace=${folder}`);
  const needed = productionRefs(await npm('ls', '--omit=dev', '--all', '--parseable', '--long', ...programs));
  process.stdout.write(`${JSON.stringify(billOf(all, needed), null, 2)}\n`);
  return { tally: oneCheck(0), output: '' };
};

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
