export type RestartDecision =
  { readonly kind: 'restart'; readonly delayMs: number } | { readonly kind: 'give-up'; readonly crashCount: number };

const windowMs = 60_000;
const restartLimit = 3;
const firstDelayMs = 250;

/**
 * What to do after a crash: restarts three times within a minute, each after twice the pause of the one before; the next crash is final.
 *
 * @param crashTimesMs - all crashes of the process so far, the present one last
 */
export function afterCrash(crashTimesMs: readonly number[]): RestartDecision {
  const now = crashTimesMs.at(-1) ?? 0;
  const crashCount = crashTimesMs.filter((time) => now - time < windowMs).length;
  if (crashCount > restartLimit) return { kind: 'give-up', crashCount };
  return { kind: 'restart', delayMs: firstDelayMs * 2 ** (crashCount - 1) };
}
