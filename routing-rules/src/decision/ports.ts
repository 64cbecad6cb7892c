import type { Side } from '../language/rules-document.ts';

/** Who calls, as far as the facade could verify it. */
export type Subject =
  /** `anonymousId`: the cookie of the time before the login; shares go on by it, so that a login changes no side. */
  | { readonly kind: 'identified'; readonly id: string; readonly anonymousId?: string | undefined }
  /** `anonymousId`: from the signed cookie that the facade gives to callers without identity. */
  | { readonly kind: 'anonymous'; readonly anonymousId?: string | undefined };

export interface FlagReading {
  readonly isEnabled: boolean;
  /** For people: why, and how old the knowledge is. */
  readonly reason: string;
}

/** Frozen knowledge of the flags. A flag that it does not know is off. */
export interface FlagReader {
  /** @param bucketKey - by what a share is taken; named users are compared with the scope's key */
  isEnabled(flag: string, scopeKey: string, bucketKey?: string): FlagReading;
}

/** An operator's local order: it beats everything and needs no network. */
export interface OverrideOrder {
  readonly capability: string;
  readonly side: Side;
  /** Compared with the scope's key, as a flag's named users are; undefined for the whole capability. */
  readonly subject?: string | undefined;
  readonly reason: string;
}

export interface OverrideReader {
  /** The order for this scope, or else the one for the whole capability. */
  orderFor(capability: string, scopeKey: string | undefined): OverrideOrder | undefined;
}

/** The bucket, 0..9999, of a key under a salt; see `bucketOf`. */
export type BucketReader = (key: string, salt: string) => number;

/** Sends scopes back to legacy when the extracted side fails. */
export interface GuardReader {
  alarmFor(capability: string, scopeKey: string): { readonly why: string } | undefined;
}

/** The recorded fact of who may write a scope. */
export interface OwnershipReader {
  ownerOf(capability: string, scopeKey: string): { readonly side: Side; readonly epoch: number } | undefined;
}
