import { execFile } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { codexBinary } from '@codex-proxy/proxy';
import { causeOf } from '../../errors.ts';
import { parseRecord, textAt } from '../../json/record.ts';
import { shellWord } from '../../text/shell-word.ts';
import type { Finding } from '../finding.ts';
import type { Patient } from '../patient.ts';

const TIMEOUT_MS = 10_000;

/** Whether there is a worker to start, and which. */
export async function checkWorker({ environment, configuration }: Patient): Promise<readonly Finding[]> {
  const binary = codexBinary(configuration.CODEX_BIN);
  const path = environment['PATH'] ?? '';
  const file = binary.includes('/') ? binary : foundIn(path, binary);
  const missing = 'the proxy serves nothing without it: set CODEX_BIN, or run npm ci, which brings the one in @openai/codex';
  if (file === undefined) return [{ severity: 'error', text: `no ${binary} is in the PATH`, advice: missing }];
  try {
    accessSync(file, constants.X_OK);
  } catch (error) {
    const isThere = causeOf(error) !== 'ENOENT';
    const advice = isThere ? `chmod +x ${shellWord(file)}` : missing;
    return [{ severity: 'error', text: `${file} ${isThere ? 'may not be run' : 'is not there'} (${causeOf(error)})`, advice }];
  }
  return versionFindings(file, path);
}

async function versionFindings(file: string, path: string): Promise<readonly Finding[]> {
  const advice = `run ${shellWord(file)} --version to see what it says`;
  try {
    const { stdout } = await promisify(execFile)(file, ['--version'], { timeout: TIMEOUT_MS, env: { PATH: path } });
    const version = /\d+\.\d+\.\d+\S*/.exec(stdout)?.[0];
    if (version === undefined) return [{ severity: 'warning', text: `${file} does not tell its version`, advice }];
    const tested = testedVersion();
    if (tested === undefined || tested === version) return [{ severity: 'ok', text: `codex ${version} (${file})` }];
    return [
      {
        severity: 'warning',
        text: `${file} is codex ${version}, and this proxy was made for ${tested}`,
        advice: 'the protocol of the app server may differ: unset CODEX_BIN, or run codex-ops smoke before you rely on it',
      },
    ];
  } catch (error) {
    const { code, killed } = endOf(error);
    if (killed) return [{ severity: 'error', text: `${file} --version did not end within ${TIMEOUT_MS / 1000} s`, advice }];
    if (code !== undefined) return [{ severity: 'warning', text: `${file} does not tell its version (exit code ${code})`, advice }];
    return [{ severity: 'error', text: `${file} does not start (${causeOf(error)})`, advice: 'is it for this machine, and whole?' }];
  }
}

/** How a child that failed has ended; a code that is no number is the reason why it did not start. */
function endOf(error: unknown): { readonly code: number | undefined; readonly killed: boolean } {
  if (!(error instanceof Error)) return { code: undefined, killed: false };
  const code = 'code' in error && typeof error.code === 'number' ? error.code : undefined;
  return { code, killed: 'killed' in error && error.killed === true };
}

function foundIn(path: string, name: string): string | undefined {
  return path
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** The version of the package that the lock file brings; undefined where it is not installed. */
function testedVersion(): string | undefined {
  try {
    const file = createRequire(import.meta.url).resolve('@openai/codex/package.json');
    return textAt(parseRecord(readFileSync(file, 'utf8')), 'version');
  } catch {
    return undefined;
  }
}
