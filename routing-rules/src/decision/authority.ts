import type { Side } from '../language/rules-document.ts';
import type { Capability, Route } from '../table/route.ts';
import type { DecisionReason } from './decision.ts';
import type { BucketReader, FlagReader, GuardReader, OverrideReader, OwnershipReader } from './ports.ts';

/** What the authorities over one request look at. */
export interface Case {
  readonly route: Route;
  readonly capability: Capability;
  readonly scopeKey: string | undefined;
  /** By what shares are taken: the caller's, and the scope's. */
  readonly callerBucketKey: string | undefined;
  readonly bucketKey: string | undefined;
  readonly flags: FlagReader;
  readonly override: OverrideReader | undefined;
  readonly guard: GuardReader | undefined;
  readonly ownership: OwnershipReader | undefined;
  readonly bucketOf: BucketReader | undefined;
}

export interface Ruling {
  readonly side: Side;
  readonly reason: DecisionReason;
  readonly flag?: string;
  readonly bucket?: number;
}

/** One of those that may decide over a request. They are asked in order, and the first ruling holds. */
export interface Authority {
  readonly name: 'override' | 'stage' | 'scope' | 'guard' | 'ownership';
  /** Undefined when it leaves the request to the next one. */
  rule(matter: Case): Ruling | undefined;
  /** Why it left the request to the next one; for `explain`. */
  whyNot(matter: Case): string;
}

/** What one authority said, for whoever listens. */
export type Hearing =
  | { readonly name: Authority['name'] | 'flag'; readonly ruling: Ruling }
  | { readonly name: Authority['name']; readonly ruling: undefined; readonly whyNot: string };
