interface Busy {
  readonly outstandingCount: number;
}

/**
 * The one with the fewest requests under way; among equals, chance decides.
 *
 * @param random - 0 <= x < 1
 */
export function leastBusy<One extends Busy>(all: readonly One[], random: () => number): One | undefined {
  if (all.length < 2) return all[0];
  const fewest = Math.min(...all.map(({ outstandingCount }) => outstandingCount));
  const equals = all.filter(({ outstandingCount }) => outstandingCount === fewest);
  return equals[Math.floor(random() * equals.length)];
}
