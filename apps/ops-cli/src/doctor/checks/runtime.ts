import type { Finding } from '../finding.ts';

const TESTED_MAJOR = 24;

/** The shim has refused what is too old. */
export function checkRuntime({ version, arch, platform }: Pick<NodeJS.Process, 'version' | 'arch' | 'platform'>): readonly Finding[] {
  const text = `Node ${version} (${platform} ${arch})`;
  if (Number(/\d+/.exec(version)?.[0]) === TESTED_MAJOR) return [{ severity: 'ok', text }];
  return [
    {
      severity: 'note',
      text: `${text}; the project is tested with Node ${TESTED_MAJOR}`,
      advice: 'npm scripts take the pinned one by themselves',
    },
  ];
}
