const firstMs = 100;
const longestMs = 10_000;

/** How long a worker that crashed for the n-th time in a row is not started again; a loop of crashes must not take all time. */
export function restartDelayMs(crashCount: number): number {
  return Math.min(longestMs, firstMs * 2 ** (crashCount - 1));
}
