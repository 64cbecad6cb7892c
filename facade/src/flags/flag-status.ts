import type { FlagStatus } from './flag-source.ts';

export interface FlagFacts {
  /** This and the other times on the same clock. */
  readonly nowMs: number;
  /** When the flag server last said that the flags are these. */
  readonly confirmedAtMs: number | undefined;
  /** When the backup was written whose flags decide until then; undefined: there is none. */
  readonly savedAtMs: number | undefined;
  /** The last thing that went wrong. */
  readonly trouble: string;
  readonly isStale: boolean;
}

/** What may be said of the flags that decide. */
export function statusOf({ nowMs, confirmedAtMs, savedAtMs, trouble, isStale }: FlagFacts): FlagStatus {
  const ageOf = (sinceMs: number): number => Math.max(0, nowMs - sinceMs) / 1000;
  if (confirmedAtMs !== undefined) {
    const why = isStale ? `the last flags stay in force: ${trouble}` : 'Unleash answers';
    return { kind: 'synchronized', ageSeconds: ageOf(confirmedAtMs), why };
  }
  if (savedAtMs !== undefined)
    return { kind: 'cached', ageSeconds: ageOf(savedAtMs), why: `from the backup: ${trouble}` };
  return { kind: 'none', ageSeconds: null, why: trouble };
}
