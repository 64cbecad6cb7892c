/** Cuts a stream of text into lines, keeps the last ones, and hands each on. */
export interface LineTail {
  readonly push: (chunk: string) => void;
  /** Oldest first. */
  readonly lines: readonly string[];
}

export interface LineTailOptions {
  readonly lineLimit?: number;
  readonly onLine?: (line: string) => void;
}

/** A line longer than this is cut: one runaway message may not fill the memory. */
const lineLengthLimit = 4096;

export function createLineTail({ lineLimit = 100, onLine }: LineTailOptions = {}): LineTail {
  const lines: string[] = [];
  let rest = '';

  function keep(line: string): void {
    if (line === '') return;
    lines.push(line);
    if (lines.length > lineLimit) lines.shift();
    onLine?.(line);
  }

  return {
    lines,
    push(chunk) {
      const parts = (rest + chunk).split(/\r?\n/);
      rest = (parts.pop() ?? '').slice(0, lineLengthLimit);
      for (const part of parts) keep(part.slice(0, lineLengthLimit));
    },
  };
}
