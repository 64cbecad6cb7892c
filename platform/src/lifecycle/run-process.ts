import { BanyanError, messageOf } from '../banyan-error.ts';
import { ConfigError } from '../config/read-config.ts';
import { drainLog, type Logger } from '../logger.ts';
import { createLifecycle, withDeadline, type Lifecycle } from './lifecycle.ts';

export interface RunProcessOptions {
  /** Bound of the whole close. Kubernetes kills 30 s after SIGTERM; a close that ends before leaves its reason in the log. */
  readonly closeTimeoutMs?: number;
  /** One Ctrl-C reaches a process twice when npm, or a parent, hands the terminal's signal on: repeats within this time are the same. */
  readonly sameSignalMs?: number;
}

const drainTimeoutMs = 1_000;

/**
 * The body of every main.ts: starts, waits for SIGTERM or SIGINT, closes in reverse order. A second signal ends at once.
 * Exit codes: 0 closed by a signal, 1 failed (to start, while it ran, or to close in time), 2 bad configuration, 130 forced.
 *
 * @returns when `start` has; the process goes on while something is open
 */
export async function runProcess(
  log: Logger,
  start: (lifecycle: Lifecycle) => Promise<void>,
  { closeTimeoutMs = 25_000, sameSignalMs = 1_000 }: RunProcessOptions = {},
): Promise<void> {
  const lifecycle = createLifecycle({ log });
  let exitCode = 0;

  async function end(reason: string, code: 0 | 1): Promise<void> {
    exitCode = Math.max(exitCode, code);
    try {
      await withDeadline(lifecycle.close(reason), closeTimeoutMs, 'closing the process');
    } catch (err) {
      log.error({ event: 'process.close-failed', err }, messageOf(err));
      exitCode = 1;
    }
    // A reader of the log that hangs must not keep the process.
    await withDeadline(drainLog(log), drainTimeoutMs, 'the log').catch(() => undefined);
    process.exit(exitCode);
  }
  function onCrash(err: unknown): void {
    log.error({ event: 'process.crashed', err }, messageOf(err));
    void end('crashed', 1);
  }

  onSignals(sameSignalMs, (signal) => void end(signal, 0));
  // Node hands a rejection that nobody handles to the same event.
  process.on('uncaughtException', onCrash);
  try {
    await start(lifecycle);
  } catch (err) {
    // A signal during the start closes what the start still needs: its failure then says nothing.
    if (lifecycle.isClosing) return;
    log.error({ event: 'process.start-failed', err }, startMessage(err));
    await end('start failed', 1);
  }
}

function onSignals(sameSignalMs: number, onFirst: (signal: NodeJS.Signals) => void): void {
  let firstAtMs: number | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (firstAtMs === undefined) {
      firstAtMs = performance.now();
      onFirst(signal);
    } else if (performance.now() - firstAtMs >= sameSignalMs) process.exit(130);
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

function startMessage(err: unknown): string {
  return err instanceof BanyanError ? `${err.message} ${err.remedy}` : messageOf(err);
}

/** Reads the configuration, or prints every bad key to standard error and exits with 2. Only main files call it. */
export function configOrExit<T>(read: () => T): T {
  try {
    return read();
  } catch (err) {
    if (!(err instanceof ConfigError)) throw err;
    process.stderr.write(`${err.message}\n${err.remedy}\n`);
    process.exit(2);
  }
}
