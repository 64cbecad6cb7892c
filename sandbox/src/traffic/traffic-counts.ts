/** What happened to the requests since the last report. */
export interface TrafficCounts {
  readonly byStatus: Readonly<Record<string, number>>;
  /** By the facade's `x-banyan-side`; `none` when it answered itself. */
  readonly bySide: Readonly<Record<string, number>>;
  /** No answer: refused, cut or too late. */
  readonly failedCount: number;
  /** Not sent because too many were under way. */
  readonly skippedCount: number;
}

export interface TrafficCounter {
  answered(status: number, side: string | null): void;
  failed(): void;
  skipped(): void;
  /** The counts so far, and back to zero. */
  take(): TrafficCounts;
}

export function createTrafficCounter(): TrafficCounter {
  let counts = none();
  return {
    answered(status, side) {
      increment(counts.byStatus, String(status));
      increment(counts.bySide, side ?? 'none');
    },
    failed: () => void (counts.failedCount += 1),
    skipped: () => void (counts.skippedCount += 1),
    take() {
      const taken = counts;
      counts = none();
      return taken;
    },
  };
}

interface MutableCounts {
  byStatus: Record<string, number>;
  bySide: Record<string, number>;
  failedCount: number;
  skippedCount: number;
}

function none(): MutableCounts {
  return { byStatus: {}, bySide: {}, failedCount: 0, skippedCount: 0 };
}

function increment(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}
