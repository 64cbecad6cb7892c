import type { BanyanError } from '@banyan/platform';
import { beginSandbox, type Sandbox, type SandboxOptions } from './start-sandbox.ts';

export interface RunOptions extends SandboxOptions {
  readonly onReady: (sandbox: Sandbox) => void;
  /** The first signal; the stop takes a few seconds, a second one forces it. */
  readonly onStopping: () => void;
}

/** How a run ended. */
export type RunEnd =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'forced' }
  | { readonly kind: 'failed'; readonly failure: BanyanError };

const forcedGraceMs = 2_000;
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs a sandbox until a signal or a failure ends it. Ctrl-C once stops all in order, twice kills all.
 * Nothing it started is left when it resolves.
 *
 * @throws whatever kept it from becoming ready
 */
export async function runSandbox({ onReady, onStopping, ...options }: RunOptions): Promise<RunEnd> {
  const sandbox = beginSandbox(options);
  let onEnd: (end: RunEnd) => void = () => undefined;
  const ended = new Promise<RunEnd>((resolve) => (onEnd = resolve));
  let signalCount = 0;

  const onSignal = (): void => {
    signalCount += 1;
    if (signalCount > 1) {
      sandbox.kill();
      // What is left to close (a file, a timer) need not be waited for.
      setTimeout(() => onEnd({ kind: 'forced' }), forcedGraceMs).unref();
      return;
    }
    onStopping();
    void sandbox.stop().then(() => onEnd({ kind: signalCount > 1 ? 'forced' : 'stopped' }));
  };
  for (const signal of signals) process.on(signal, onSignal);
  try {
    return await Promise.race([ended, untilFailed(sandbox.ready, onReady, () => signalCount > 0)]);
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
  }
}

/** Pending for ever when the sandbox is stopped by a signal: that end is told elsewhere. */
async function untilFailed(
  ready: Promise<Sandbox>,
  onReady: (sandbox: Sandbox) => void,
  isStopping: () => boolean,
): Promise<RunEnd> {
  try {
    const sandbox = await ready;
    onReady(sandbox);
    const failure = await sandbox.failed;
    await sandbox.stop();
    return { kind: 'failed', failure };
  } catch (err) {
    if (!isStopping()) throw err;
    return new Promise(() => undefined);
  }
}
