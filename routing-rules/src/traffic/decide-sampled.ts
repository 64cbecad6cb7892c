import { decide } from '../decision/decide.ts';
import type { FlagReading, OverrideReader, Subject } from '../decision/ports.ts';
import { bucketOf, bucketsOf } from '../rollout/bucket.ts';
import type { Side } from '../language/rules-document.ts';
import { matchPath } from '../table/match-path.ts';
import type { RuleTable } from '../table/route-table.ts';
import { pseudonymMark, type KeyFacts, type SampledRequest } from './sample-format.ts';

/** What a flag is supposed to say: for everybody, or for these scopes and a share of all. */
export type FlagWish = boolean | { readonly users: readonly string[]; readonly percent: number };

export interface Situation {
  readonly table: RuleTable;
  /** A flag that is not among them says what it said when the sample was taken. */
  readonly flags: Readonly<Record<string, FlagWish>>;
  readonly override?: OverrideReader | undefined;
}

export type SampledDecision =
  | {
      readonly kind: 'served';
      readonly side: Side;
      readonly upstream: string;
      readonly route: string | undefined;
      readonly capability: string | undefined;
      readonly scope: string | undefined;
      /** The sample does not hold what this decision hangs on; the side is what it would be without. */
      readonly isUntold: boolean;
    }
  | { readonly kind: 'refused'; readonly route: undefined };

/** What becomes of a sampled request in a situation, by the code that decides over real ones. */
export function decideSampled({ table, flags, override }: Situation, sampled: SampledRequest): SampledDecision {
  const { method, path, host, headers } = sampled;
  const found = matchPath(table, { method, path, host, headers });
  if (found.kind === 'ambiguous') return { kind: 'refused', route: undefined };
  const facts = factsOf(sampled, flags);
  const decision = decide({
    table,
    match: found.match,
    request: found.request,
    subject: subjectOf(sampled),
    flags: { isEnabled: facts.isEnabled },
    override,
    bucketOf: facts.bucketOf,
  });
  const { side, upstream, routeId, capability, scope } = decision;
  return {
    kind: 'served',
    side,
    upstream: upstream.name,
    route: routeId,
    capability,
    scope,
    isUntold: facts.isUntold(),
  };
}

function subjectOf({ caller: { kind, key } }: SampledRequest): Subject {
  return kind === 'identified' && key !== undefined ? { kind, id: key } : { kind: 'anonymous', anonymousId: key };
}

const reading: Readonly<Record<'on' | 'off', FlagReading>> = {
  on: { isEnabled: true, reason: 'the plan or the sample says so' },
  off: { isEnabled: false, reason: 'the plan or the sample says so' },
};

function factsOf({ keys }: SampledRequest, wishes: Situation['flags']) {
  let isUntold = false;
  const bucket = (key: string, salt: string): number | undefined => {
    const known = factsAbout(keys, key)?.buckets[salt];
    if (known !== undefined) return known;
    if (!isPseudonym(key)) return bucketOf(key, salt);
    isUntold = true;
    return undefined;
  };
  const isWished = (flag: string, { users, percent }: Exclude<FlagWish, boolean>, key: string): boolean => {
    if (users.includes(key)) return true;
    const own = bucket(key, flag);
    if (own !== undefined && own < bucketsOf(percent)) return true;
    // Whether a pseudonym is one of the named users is what a pseudonym does not say.
    if (users.length > 0 && isPseudonym(key)) isUntold = true;
    return false;
  };
  const isOn = (flag: string, key: string): boolean => {
    const wish = Object.hasOwn(wishes, flag) ? wishes[flag] : undefined;
    if (wish !== undefined) return typeof wish === 'boolean' ? wish : isWished(flag, wish, key);
    const known = factsAbout(keys, key)?.flags[flag];
    if (known === undefined) isUntold = true;
    return known ?? false;
  };
  return {
    isEnabled: (flag: string, key: string): FlagReading => reading[isOn(flag, key) ? 'on' : 'off'],
    /** Outside of every share where it is not known. */
    bucketOf: (key: string, salt: string): number => bucket(key, salt) ?? Number.MAX_SAFE_INTEGER,
    isUntold: (): boolean => isUntold,
  };
}

function factsAbout(keys: SampledRequest['keys'], key: string): KeyFacts | undefined {
  return Object.hasOwn(keys, key) ? keys[key] : undefined;
}

function isPseudonym(key: string): boolean {
  return key.startsWith(pseudonymMark);
}
