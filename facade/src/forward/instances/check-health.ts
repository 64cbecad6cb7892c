import type { HealthCheck } from '@banyan/routing-rules';
import type { Dispatcher } from 'undici';
import type { Peer } from './peer.ts';

interface Checked {
  readonly peer: Peer;
  openFresh(): Dispatcher;
}

/**
 * Asks an instance again and again how it is, on a connection of its own each time, so that it says whether one can be had.
 * One check at a time.
 */
export function checkHealth(
  instance: Checked,
  check: HealthCheck,
  onResult: (isGood: boolean) => void,
): { readonly stop: () => void } {
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const ask = async (): Promise<void> => {
    const isGood = await isAnsweredWell(instance, check, stopping.signal);
    if (stopping.signal.aborted) return;
    onResult(isGood);
    schedule();
  };
  const schedule = (): void => {
    timer = setTimeout(() => void ask(), check.intervalMs).unref();
  };
  void ask();
  return {
    stop: () => {
      clearTimeout(timer);
      stopping.abort();
    },
  };
}

async function isAnsweredWell(
  instance: Checked,
  { path, timeoutMs }: HealthCheck,
  stopping: AbortSignal,
): Promise<boolean> {
  const connection = instance.openFresh();
  const signal = AbortSignal.any([stopping, AbortSignal.timeout(timeoutMs)]);
  try {
    const { origin } = instance.peer;
    const headers = { host: new URL(origin).host, 'user-agent': 'banyan-health' };
    const { statusCode, body } = await connection.request({ origin, path, method: 'GET', headers, signal });
    await body.dump({ limit: 65_536, signal });
    return statusCode >= 200 && statusCode < 300;
  } catch {
    return false;
  } finally {
    await connection.destroy();
  }
}
