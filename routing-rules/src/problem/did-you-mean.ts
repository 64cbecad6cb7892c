/** The name that was probably meant, or undefined when none is near; at most a third of the word may differ. */
export function closestName(word: string, names: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(word.length / 3));
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const name of names) {
    const distance = editDistance(word.toLowerCase(), name.toLowerCase(), limit);
    if (distance <= limit && (best === undefined || distance < best.distance)) best = { name, distance };
  }
  return best?.name;
}

/** "Did you mean "trips"?", or the list of what there is. */
export function suggestion(word: string, names: readonly string[]): string {
  const closest = closestName(word, names);
  if (closest !== undefined) return `Did you mean "${closest}"?`;
  return names.length === 0 ? 'There is none yet; define it first.' : `Use one of: ${names.join(', ')}.`;
}

/**
 * Optimal string alignment: insertions, deletions, substitutions and swapped neighbours.
 *
 * @returns the distance, or `limit + 1` when the lengths alone differ by more than `limit`
 */
export function editDistance(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) > limit) return limit + 1;
  let beforePrevious: readonly number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++)
      current.push(cheapest({ from, to, row, column }, { beforePrevious, previous, current }));
    beforePrevious = previous;
    previous = current;
  }
  return previous[to.length] ?? 0;
}

interface Cell {
  readonly from: string;
  readonly to: string;
  readonly row: number;
  readonly column: number;
}

interface Rows {
  readonly beforePrevious: readonly number[];
  readonly previous: readonly number[];
  readonly current: readonly number[];
}

function cheapest({ from, to, row, column }: Cell, { beforePrevious, previous, current }: Rows): number {
  const at = (cells: readonly number[], index: number) => cells[index] ?? Infinity;
  const isSame = from[row - 1] === to[column - 1];
  const isSwap = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
  return Math.min(
    at(previous, column) + 1,
    at(current, column - 1) + 1,
    at(previous, column - 1) + (isSame ? 0 : 1),
    isSwap ? at(beforePrevious, column - 2) + 1 : Infinity,
  );
}
