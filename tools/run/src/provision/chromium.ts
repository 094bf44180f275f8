import { readFile } from 'node:fs/promises';
import { chromium as playwrightChromium } from '@playwright/test';
import { runChild } from '../child.ts';
import type { StageContext } from '../stages/stage.ts';
import { findProgram, firstExecutable } from './find-program.ts';

export interface Chromium {
  /** The machine's own browser; absent when Playwright's own is to be used. */
  readonly path?: string;
  /** Why there is none at all. */
  readonly problem?: string;
}

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/**
 * A browser for the browser tests: the one named by `CHROMIUM`, on `PATH`, or Playwright's own. Where there is none it is installed:
 * Debian's package by root on Debian, elsewhere Playwright's download.
 */
export async function chromium(context: StageContext): Promise<Chromium> {
  const there = await installed(context.env);
  if (there !== undefined) return there;
  const commands = (await isRootOnDebian())
    ? [
        ['apt-get', '-qq', 'update'],
        ['apt-get', '-qq', '-y', '--no-install-recommends', 'install', 'chromium'],
      ]
    : [['playwright', 'install', 'chromium']];
  context.say('installing Chromium for the browser tests …');
  const env = { ...context.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const [program = '', ...args] of commands) {
    const { code, output } = await runChild(program, args, { ...context, env, output: 'captured' });
    if (code !== 0) {
      return {
        problem: `Chromium is missing and \`${program} ${args.join(' ')}\` failed. Install it, or set CHROMIUM to its path.\n${output}`,
      };
    }
  }
  return (await installed(context.env)) ?? { problem: 'Chromium was installed but cannot be found: set CHROMIUM to its path.' };
}

async function installed(env: NodeJS.ProcessEnv): Promise<Chromium | undefined> {
  const named = env['CHROMIUM'];
  const path = (named === undefined ? undefined : await firstExecutable([named])) ?? (await findProgram(NAMES, env));
  if (path !== undefined) return { path };
  return (await firstExecutable([playwrightChromium.executablePath()])) === undefined ? undefined : {};
}

async function isRootOnDebian(): Promise<boolean> {
  if (process.getuid?.() !== 0) return false;
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^ID=debian$/m.test(release);
}
