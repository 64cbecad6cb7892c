export interface ReservoirParts {
  readonly countLimit: number;
  readonly bytesLimit: number;
  /** Evenly 0..limit-1. */
  readonly randomBelow: (limit: number) => number;
}

/** An even choice of lines from a stream whose length nobody knows (Vitter's algorithm R), within a count and a size. */
export interface Reservoir {
  /** Counts one more; undefined when it is not chosen. What is returned puts the line in, now or later. */
  claim(): ((line: string) => void) | undefined;
  seenCount(): number;
  all(): readonly string[];
}

export function createReservoir({ countLimit, bytesLimit, randomBelow }: ReservoirParts): Reservoir {
  const lines: (string | undefined)[] = [];
  let seenCount = 0;
  let byteCount = 0;
  const putAt = (index: number) => (line: string) => {
    const grown = byteCount + Buffer.byteLength(line) - Buffer.byteLength(lines[index] ?? '');
    if (grown > bytesLimit) return;
    byteCount = grown;
    lines[index] = line;
  };
  return {
    claim() {
      seenCount += 1;
      if (seenCount <= countLimit) return putAt(seenCount - 1);
      const index = randomBelow(seenCount);
      return index < countLimit ? putAt(index) : undefined;
    },
    seenCount: () => seenCount,
    all: () => lines.filter((line) => line !== undefined),
  };
}
