/** A budget that fills steadily: at most `burst` at once, and `perSecond` in the long run. */
export interface TokenPolicy {
  /** Above 0; may be a fraction. */
  readonly perSecond: number;
  /** 1 or more. */
  readonly burst: number;
}

export interface TokenBucket {
  /** 0..burst, as of `atMs`. */
  readonly tokens: number;
  readonly atMs: number;
}

export interface Taken {
  readonly isAllowed: boolean;
  readonly bucket: TokenBucket;
  /** Until the next one is allowed; 0 when it would be now. */
  readonly waitMs: number;
}

// A sum of fractions must not refuse the token that time has earned.
const epsilon = 1e-9;

/**
 * Takes one token, if there is one. Over any time of t seconds it allows at most burst + perSecond × t.
 *
 * @param bucket - undefined for one that is full
 * @param nowMs - of a clock that may stand still; one that goes back fills nothing
 */
export function takeToken(bucket: TokenBucket | undefined, { perSecond, burst }: TokenPolicy, nowMs: number): Taken {
  const { tokens, atMs } = bucket ?? { tokens: burst, atMs: nowMs };
  const earned = (Math.max(0, nowMs - atMs) / 1000) * perSecond;
  const filled = Math.min(burst, tokens + earned);
  const isAllowed = filled >= 1 - epsilon;
  const left = isAllowed ? Math.max(0, filled - 1) : filled;
  return {
    isAllowed,
    bucket: { tokens: left, atMs: Math.max(atMs, nowMs) },
    waitMs: left >= 1 - epsilon ? 0 : ((1 - left) / perSecond) * 1000,
  };
}
