import { resolve } from 'node:path';
import type { OptionValues } from '../command/command.ts';
import { EXIT } from '../errors.ts';
import { documentText } from '../json/document-text.ts';
import { openProxyClient } from '../proxy-client/proxy-client.ts';
import { say } from '../terminal/say.ts';
import { print } from '../terminal/print.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { printable } from '../text/printable.ts';
import { renderSum } from '../verdict/verdict-text.ts';
import { takeSteps } from '../verdict/take-steps.ts';
import { countOf, skipped, type Step } from '../verdict/verdict.ts';
import { Stage } from './stage.ts';
import { maintenanceSteps } from './steps/maintenance.ts';
import { probeSteps } from './steps/probes.ts';
import { restartSteps } from './steps/restart.ts';
import { secretSteps } from './steps/secrets.ts';
import { traceBufferSteps } from './steps/trace-buffer.ts';
import { COMPLETION_STEP, trafficSteps } from './steps/traffic.ts';

/** `codex-ops smoke`: whether a running proxy does all that it should. It is left as it was found. */
export async function smokeAction(values: OptionValues, terminal: Terminal): Promise<number> {
  const { stdout, stderr } = terminal;
  const client = await openProxyClient(values, terminal);
  const signal = terminal.interruption();
  const isJson = values.flag('json');
  const stage = new Stage({
    ...{ client, signal, log: values.text('log'), model: values.text('model'), now: terminal.now },
    stateDir: resolve(values.text('state-dir') ?? '.codex-api'),
  });
  if (!isJson) await print(stdout, `${printable(client.url)}\n`);
  const isPassive = values.flag('passive');
  const steps = [
    ...probeSteps(stage),
    ...trafficSteps(stage),
    ...[...traceBufferSteps(stage), ...maintenanceSteps(stage), ...restartSteps(stage)].map((step) =>
      isPassive ? unless(step, '--passive') : step,
    ),
    ...secretSteps(stage),
  ].map((step) => interruptible(unlessSilent(step, stage), signal));
  const first = await takeSteps(steps.slice(0, 1), terminal, isJson);
  const verdicts = [...first, ...(await takeSteps(steps.slice(1), terminal, isJson || stage.silence !== undefined))];
  if (!isJson && stage.silence !== undefined)
    await print(stdout, `– the other ${steps.length - 1} steps are skipped: nothing there answers as the proxy does\n`);
  const left = await stage.putBack();
  for (const what of left) say(stderr, `this could not be put back: ${what}`);
  if (signal.aborted) say(stderr, 'smoke was interrupted');
  const failures = countOf(verdicts, 'failed');
  const completion = verdicts.find(({ name }) => name === COMPLETION_STEP)?.outcome ?? 'skipped';
  const isUntried = completion === 'skipped' && failures === 0 && !signal.aborted && !values.flag('allow-maintenance');
  const counts = { passed: countOf(verdicts, 'passed'), failed: failures, skipped: countOf(verdicts, 'skipped') };
  const document = {
    version: 1,
    url: client.url,
    ...counts,
    interrupted: signal.aborted,
    completion,
    request_ids: stage.requestIds,
    not_put_back: left,
    steps: verdicts,
  };
  await print(stdout, isJson ? documentText(document) : renderSum(verdicts));
  if (isUntried) {
    say(
      stderr,
      'no completion could be tried, and so this says little: run it again after maintenance, or be content with that by --allow-maintenance',
    );
  }
  return failures + left.length === 0 && !signal.aborted && !isUntried ? EXIT.done : EXIT.failed;
}

function unless(step: Step, why: string): Step {
  return { name: step.name, run: () => skipped(why) };
}

function unlessSilent({ name, run }: Step, stage: Stage): Step {
  return { name, run: async () => (stage.silence === undefined ? run() : skipped('the proxy does not answer')) };
}

/** What comes after Ctrl-C is not begun, and what it ended is no failure of the proxy. */
function interruptible(step: Step, signal: AbortSignal): Step {
  const isInterrupted = (): boolean => signal.aborted;
  return {
    name: step.name,
    run: async () => {
      if (isInterrupted()) return skipped('interrupted');
      try {
        const judgement = await step.run();
        return isInterrupted() && judgement.outcome === 'failed' ? skipped('interrupted') : judgement;
      } catch (error) {
        if (isInterrupted()) return skipped('interrupted');
        throw error;
      }
    },
  };
}
