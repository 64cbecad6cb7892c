const partCount = 10;

interface Part {
  /** Number of the part of time that it stands for. */
  index: number;
  allCount: number;
  markedCount: number;
}

/** Counts of the last `windowMs`, some of them marked; forgets in tenths of the window, so it needs the same little memory always. */
export class SlidingTally {
  readonly #partMs: number;
  readonly #parts: readonly Part[] = Array.from({ length: partCount }, () => ({
    index: -1,
    allCount: 0,
    markedCount: 0,
  }));

  constructor(windowMs: number) {
    this.#partMs = windowMs / partCount;
  }

  count(nowMs: number): void {
    this.#partAt(nowMs).allCount += 1;
  }

  mark(nowMs: number): void {
    this.#partAt(nowMs).markedCount += 1;
  }

  read(nowMs: number): { readonly allCount: number; readonly markedCount: number } {
    const oldest = this.#indexAt(nowMs) - partCount;
    let [allCount, markedCount] = [0, 0];
    for (const part of this.#parts) {
      if (part.index <= oldest) continue;
      allCount += part.allCount;
      markedCount += part.markedCount;
    }
    return { allCount, markedCount };
  }

  clear(): void {
    for (const part of this.#parts) Object.assign(part, { index: -1, allCount: 0, markedCount: 0 });
  }

  #indexAt(nowMs: number): number {
    return Math.floor(nowMs / this.#partMs);
  }

  #partAt(nowMs: number): Part {
    const index = this.#indexAt(nowMs);
    const part = this.#parts[index % partCount] ?? { index, allCount: 0, markedCount: 0 };
    if (part.index !== index) Object.assign(part, { index, allCount: 0, markedCount: 0 });
    return part;
  }
}
