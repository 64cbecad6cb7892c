import type { Access } from '../language/access.ts';
import type { PathAllowance } from '../path/path-ambiguity.ts';
import type {
  CapabilityRule,
  ScopeSource,
  Side,
  Stage,
  SubjectSource,
  UpstreamRule,
} from '../language/rules-document.ts';
import type { Aggregate } from './aggregate.ts';
import type { RouteLimits } from './limits.ts';
import type { Transform } from './transform.ts';

/** Servers that requests can go to: one or several instances that serve the same. */
export interface Upstream {
  readonly name: string;
  readonly side: Side;
  /** Scheme, host and port, without a slash at the end; of several, the first. */
  readonly url: string;
  /** All of them. The host of each may be a name that stands for several addresses. */
  readonly urls: readonly string[];
  /** How often such a name is looked up again. */
  readonly dnsRefreshMs: number;
  readonly health: HealthPolicy;
  readonly breaker: BreakerPolicy;
  readonly retries: RetryPolicy;
  readonly tls: UpstreamTls | undefined;
  readonly protocol: UpstreamRule['protocol'];
}

export type HealthPolicy = UpstreamRule['health'];
export type HealthCheck = NonNullable<HealthPolicy['check']>;
export type BreakerPolicy = UpstreamRule['breaker'];
export type RetryPolicy = UpstreamRule['retries'];
/** Paths of files are those of the facade's machine. */
export type UpstreamTls = NonNullable<UpstreamRule['tls']>;

export interface Timeouts {
  readonly connectMs: number;
  readonly headersMs: number;
  readonly bodyIdleMs: number;
  /** Undefined for streams, which end when they end. */
  readonly totalMs: number | undefined;
  /** An upgraded connection without a byte in either direction. */
  readonly upgradeIdleMs: number;
}

/** An upstream with the timeouts of one route, and the shape that it wants. */
export interface Destination {
  readonly upstream: Upstream;
  readonly timeouts: Timeouts;
  readonly transform: Transform | undefined;
}

export interface Rollout {
  /** 0..100 in steps of 0.01. */
  readonly percent: number;
  readonly stickiness: 'scope' | 'subject';
  readonly salt: string;
}

export interface Capability {
  readonly name: string;
  readonly flag: string;
  readonly stage: Stage;
  readonly handover: CapabilityRule['handover'];
  readonly anonymous: CapabilityRule['anonymous'];
  readonly rollout: Rollout | undefined;
}

export type RouteTarget =
  | { readonly kind: 'fixed'; readonly destination: Destination }
  | {
      readonly kind: 'capability';
      readonly capability: Capability;
      readonly legacy: Destination;
      readonly extracted: Destination;
    };

/** Bounds on what the facade keeps of a route's answers. */
export interface CacheLimits {
  /** Undefined: bounded by the memory of all routes alone. */
  readonly maxBytes: number | undefined;
  readonly maxEntryBytes: number;
  readonly maxSeconds: number;
}

/** Copies of a route's requests, sent to a server whose answers nobody gets. */
export interface Mirror {
  /** 0.01..100 of the requests that may be copied. */
  readonly percent: number;
  /** Longest body of a request that is copied; 0: none. */
  readonly bodyBytes: number;
  /** Whether requests that write are copied too. */
  readonly writes: boolean;
  /** Undefined: the side of the capability that does not serve the request. */
  readonly destination: Destination | undefined;
}

export interface Route {
  readonly id: string;
  /** As they stand in the file: GET stands for HEAD too, ANY for all. */
  readonly methods: readonly string[];
  readonly path: string;
  readonly host: string | undefined;
  readonly access: Access;
  readonly scope: ScopeSource;
  /** Where the caller's identity comes from. */
  readonly subject: SubjectSource;
  readonly target: RouteTarget;
  /** Undefined: nothing is limited. */
  readonly limits: RouteLimits | undefined;
  /** Undefined: no answer is kept. */
  readonly cache: CacheLimits | undefined;
  /** Values that the request's headers must have. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  /** Accepted or sent by the request. */
  readonly mediaType: string | undefined;
  /** Its answer is made up of several requests; the target is not asked. */
  readonly aggregate: Aggregate | undefined;
  /** Undefined: no request is copied. */
  readonly mirror: Mirror | undefined;
  /** What it takes although two servers could read it differently; usually nothing. */
  readonly allowedPaths: readonly PathAllowance[];
}
