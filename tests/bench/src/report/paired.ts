import { direct, ours } from '../contestants/start-all.ts';
import { spreadOf, type Spread } from '../statistics.ts';

export type Reading<Round> = (round: Round) => number;

export interface Named<Round> {
  readonly name: string;
  readonly rounds: readonly Round[];
}

/** Ours to a peer's, round by round: only figures of the same round are compared. */
export function ratioTo<Round>(
  results: readonly Named<Round>[] | undefined,
  peer: string,
  of: Reading<NoInfer<Round>>,
): Spread | undefined {
  return paired(results, [ours, peer], (our, their) => of(our) / of(their));
}

/** What a proxy adds to the answer without one, round by round. */
export function addedTo<Round>(
  results: readonly Named<Round>[] | undefined,
  name: string,
  of: Reading<NoInfer<Round>>,
): Spread | undefined {
  return paired(results, [name, direct], (proxied, plain) => of(proxied) - of(plain));
}

export function paired<Round>(
  results: readonly Named<Round>[] | undefined,
  [first, second]: readonly [string, string],
  combine: (first: Round, second: Round) => number,
): Spread | undefined {
  const roundsOf = (name: string): readonly Round[] => results?.find((one) => one.name === name)?.rounds ?? [];
  const others = roundsOf(second);
  const values = roundsOf(first).flatMap((round, index) => {
    const other = others[index];
    return other === undefined ? [] : [combine(round, other)];
  });
  return values.length === 0 ? undefined : spreadOf(values);
}
