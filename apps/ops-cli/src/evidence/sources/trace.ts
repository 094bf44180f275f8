import type { Action } from '../../command/command.ts';
import { EXIT } from '../../errors.ts';
import type { Output, Terminal } from '../../terminal/terminal.ts';
import type { CaptureParts, Collector } from '../capture.ts';

const WIDTH = 160;

/** What `codex-ops trace` says of the request, for people and for programs. */
export async function captureTrace(parts: CaptureParts, into: Collector): Promise<void> {
  const { requestId, stateDir, log, terminal, scrubber } = parts;
  if (requestId === undefined) return into.miss('request/trace.txt', 'no request was named: --req-id');
  const { traceAction } = await import('../../trace/trace-action.ts');
  const options = { 'req-id': requestId, 'state-dir': stateDir, log };
  const source = `codex-ops trace --req-id ${requestId}`;
  const told = await captured(traceAction, options, [], terminal);
  if (told.code !== EXIT.done)
    return into.miss('request/trace.txt', told.err.split('\n')[0]?.replace(/^codex-ops: /, '') ?? 'trace failed');
  into.add('request/trace.txt', source, scrubber.lines(told.out));
  const { out } = await captured(traceAction, options, ['json'], terminal);
  into.add('request/trace.json', `${source} --json`, scrubber.document(JSON.parse(out)));
}

/** Runs an action with its output kept. */
async function captured(
  action: Action,
  options: Readonly<Record<string, string | undefined>>,
  flags: readonly string[],
  terminal: Terminal,
): Promise<{ code: number; out: string; err: string }> {
  const kept = { out: '', err: '' };
  const output = (into: 'out' | 'err'): Output => ({
    write(text) {
      kept[into] += text;
      return true;
    },
    drained: () => Promise.resolve(),
    isTTY: false,
    columns: into === 'out' ? WIDTH : undefined,
  });
  const values = {
    flag: (name: string) => flags.includes(name),
    text: (name: string) => options[name],
    number: () => undefined,
    argument: () => undefined,
  };
  const code = await action(values, { ...terminal, stdout: output('out'), stderr: output('err') });
  return { code, ...kept };
}
