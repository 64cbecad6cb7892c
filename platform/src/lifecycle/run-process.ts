import { BanyanError, messageOf } from '../banyan-error.ts';
import { ConfigError } from '../config/read-config.ts';
import type { Logger } from '../logger.ts';
import { createLifecycle, type Lifecycle } from './lifecycle.ts';

/**
 * The body of every main.ts: starts, waits for SIGTERM or SIGINT, closes in reverse order. A second signal ends at once.
 * Exit codes: 0 closed by a signal, 1 failed, 2 bad configuration, 130 forced.
 */
export async function runProcess(log: Logger, start: (lifecycle: Lifecycle) => Promise<void>): Promise<void> {
  const lifecycle = createLifecycle({ log });
  const end = async (reason: string, exitCode: number): Promise<void> => {
    await lifecycle.close(reason);
    process.exit(exitCode);
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    if (lifecycle.isClosing) process.exit(130);
    void end(signal, 0);
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  process.on('uncaughtException', (err) => {
    log.error({ event: 'process.crashed', err }, messageOf(err));
    void end('uncaughtException', 1);
  });
  process.on('unhandledRejection', (err) => {
    log.error({ event: 'process.crashed', err }, messageOf(err));
    void end('unhandledRejection', 1);
  });
  try {
    await start(lifecycle);
  } catch (err) {
    log.error({ event: 'process.start-failed', err }, startMessage(err));
    await end('start failed', 1);
  }
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
