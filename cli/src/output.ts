/** Where a command writes: people read `text`, programs read `--json`. */
export interface Output {
  /** Writes the lines, or the value as one JSON document when `--json` was given. */
  answer(value: unknown, lines: readonly string[]): void;
  /** A line for people only, on standard error: progress never mixes into an answer. */
  note(line: string): void;
}

export interface Streams {
  readonly out: { write(text: string): unknown };
  readonly err: { write(text: string): unknown };
}

export function createOutput({ out, err }: Streams, isJson: () => boolean): Output {
  return {
    answer(value, lines) {
      out.write(isJson() ? `${JSON.stringify(value, null, 2)}\n` : lines.map((line) => `${line}\n`).join(''));
    },
    note(line) {
      if (!isJson()) err.write(`${line}\n`);
    },
  };
}

/** Columns wide enough for their longest cell. */
export function formatTable(header: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const format = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [format(header), ...rows.map(format)];
}
