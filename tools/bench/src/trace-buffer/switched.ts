import type { Front } from '../front/front.ts';

/** The two states that are compared, in one process: what differs is the switch. */
export type Capture = 'on' | 'off';

/** Switches capture in a running proxy. @throws Error when it refuses. */
export async function switchCapture(front: Front, adminToken: string, capture: Capture): Promise<void> {
  const response = await fetch(`${front.url}/internal/trace-buffer`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${adminToken}` },
    body: JSON.stringify({ enabled: capture === 'on' }),
  });
  if (!response.ok) throw new Error(`the switch of the trace buffer answered ${response.status}`);
}

/** Which comes first changes from round to round, so that neither always follows the other. */
export function inTurns(round: number): readonly Capture[] {
  return round % 2 === 0 ? ['off', 'on'] : ['on', 'off'];
}
