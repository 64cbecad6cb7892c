export interface RoundsOptions<One> {
  readonly contestants: readonly One[];
  readonly roundCount: number;
  readonly onRound?: (round: number) => void;
}

export interface Measured<One, Figures> {
  readonly contestant: One;
  /** In the order of the rounds: figures at the same place were taken in the same round. */
  readonly rounds: readonly Figures[];
}

/**
 * Measures everybody once, then everybody again: what disturbs the machine for a while disturbs neighbours alike.
 * Every other round goes backwards, so that nobody always follows the same one.
 */
export async function inRounds<One, Figures>(
  { contestants, roundCount, onRound }: RoundsOptions<One>,
  measure: (one: One) => Promise<Figures>,
): Promise<readonly Measured<One, Figures>[]> {
  const measured = contestants.map((contestant) => ({ contestant, rounds: [] as Figures[] }));
  for (let round = 0; round < roundCount; round += 1) {
    onRound?.(round);
    const order = round % 2 === 0 ? measured : measured.toReversed();
    for (const { contestant, rounds } of order) rounds.push(await measure(contestant));
  }
  return measured;
}
