import process from 'node:process';
import { createStdoutDestination } from '@codex-proxy/logging';
import { createRedactor } from '@codex-proxy/redaction';
import { banner } from './compose/banner.ts';
import { startProxy, type RunningProxy } from './compose/proxy.ts';
import { ConfigurationError, EXIT_CONFIG } from './config/errors.ts';
import { readConfiguration } from './config/read-configuration.ts';
import type { StopSignal, StopSignals } from './stop-signals.ts';

/** Ctrl-C under npm arrives twice: once from the terminal, once from npm. */
const SAME_SIGNAL_MS = 500;

/** The program: starts the proxy as the environment says, and drains it when it is asked to stop. */
export async function run(signals: StopSignals): Promise<void> {
  const stdout = createStdoutDestination();
  // Once it runs: records what is cut short.
  let abandon = (): void => undefined;
  let drainingSinceMs: number | undefined;

  function fail(message: string, exitCode: number): never {
    abandon();
    // Errors quote settings, and those may hold what they should not.
    process.stderr.write(`codex-proxy: ${createRedactor().text(message)}\n`);
    stdout.flushSync();
    process.exit(exitCode);
  }

  async function start(): Promise<RunningProxy> {
    try {
      return await startProxy({ configuration: readConfiguration(process.env), environment: process.env, stdout });
    } catch (error) {
      if (error instanceof ConfigurationError) fail(error.message, EXIT_CONFIG);
      fail(error instanceof Error ? error.message : String(error), 1);
    }
  }

  function onSignal(signal: StopSignal): void {
    if (drainingSinceMs !== undefined) {
      if (performance.now() - drainingSinceMs < SAME_SIGNAL_MS) return;
      fail(`a second ${signal}: ending at once`, 1);
    }
    drainingSinceMs = performance.now();
    starting
      .then(async (running) => running.drain(signal))
      .then(
        () => {
          stdout.flushSync();
          process.exit(0);
        },
        (error: unknown) => {
          fail(error instanceof Error ? error.message : String(error), 1);
        },
      );
  }

  const starting = start();
  signals.take(onSignal);
  const running = await starting;
  abandon = () => {
    running.abandon();
  };
  process.stderr.write(banner(running));

  // One request's defect must not end the others: it is logged, and the process goes on.
  function onUnexpected(error: unknown): void {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    running.logger.event('uncaught_error', { error_message: message, error_stack: stack });
  }
  process.on('uncaughtException', onUnexpected);
  process.on('unhandledRejection', onUnexpected);
}
