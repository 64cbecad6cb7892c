export interface RetryTimes {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** The pause after the attempt of that number (1 is the one that parked the lane): doubling, with a bound. */
export function retryDelayMs(attemptCount: number, { firstMs, maxMs }: RetryTimes): number {
  return Math.min(maxMs, firstMs * 2 ** Math.min(attemptCount, 30));
}
