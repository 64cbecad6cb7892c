/** Where the facade's flags come from; the request path only reads what is in memory. */
export interface FlagSource {
  /**
   * @param bucketKey - by what shares are taken, where that is not the scope's own key
   * @returns undefined when nothing is known about the flag, which decides nothing
   */
  isEnabled(flag: string, scopeKey: string, bucketKey?: string): boolean | undefined;
  /** The flag as the server defines it, for the operator; undefined when it is not known. */
  definition(flag: string): unknown;
  status(): FlagStatus;
  /** Settles when the first flags are here, or there is no hope of them within the time. Never rejects. */
  settled(timeoutMs: number): Promise<void>;
  /** Settles when nothing of it writes to the backup any more. */
  close(): Promise<void>;
}

export interface FlagStatus {
  /** `synchronized`: as the server told this process; `cached`: from the backup of an earlier one; `none`: every flag decides legacy. */
  readonly kind: 'synchronized' | 'cached' | 'none';
  /** Since the server last confirmed what is in memory; null when there is nothing. */
  readonly ageSeconds: number | null;
  readonly why: string;
}

/** For a facade without a flag server: overrides and shares in the rules decide. */
export function noFlagSource(why: string): FlagSource {
  return {
    isEnabled: () => undefined,
    definition: () => undefined,
    status: () => ({ kind: 'none', ageSeconds: null, why }),
    settled: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
