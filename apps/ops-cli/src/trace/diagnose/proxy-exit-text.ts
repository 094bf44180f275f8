import type { View } from './view.ts';

export function proxyExitText({ proxyExit }: View): string {
  const { lastSeen, foundAt, wasDraining = false } = proxyExit ?? {};
  const when = [
    ...(lastSeen === undefined ? [] : [`after ${lastSeen}`]),
    ...(foundAt === undefined ? [] : [`before it was started again at ${foundAt}`]),
  ].join(' and ');
  const how = wasDraining ? 'it had been told to stop, and was killed before it was done' : 'it was killed, or it crashed';
  return `the proxy itself ended while it served this request: ${how}${when === '' ? '' : `, ${when}`}`;
}

export function proxyExitNext({ proxyExit, hasLog }: View): string {
  const log = `the last lines of its log before proxy_starting${hasLog ? '' : ' (--log shows that here)'}`;
  if (proxyExit?.wasDraining === true) return `Give it longer to stop than it drains: see the stop time-out of what runs it, and ${log}.`;
  return `See what the system logged then, the OOM killer and exit code 137 above all, and ${log}.`;
}
