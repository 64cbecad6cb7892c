import type { Logger } from '@banyan/platform';

/**
 * One change of what decides over requests. All texts are for people and have few words: counts of users, never their ids;
 * never a path, a token or a value of a request.
 */
export type AuditChange =
  | ChangeOf<'rules-replaced', RulesEffect>
  /** The rules that were in force stay in force. */
  | ChangeOf<'rules-refused', { readonly problemCount: number }>
  | ChangeOf<'override-changed', { readonly isForEverybody: boolean; readonly scopeCount: number }>
  | ChangeOf<'flag-changed', { readonly usersAdded: number; readonly usersRemoved: number }>
  /** `from`, `to`: the share of the extracted side in the half minute before the change and after it. */
  | ChangeOf<'effect-measured', MeasuredEffect>
  /** Traffic is looked at; nothing is decided otherwise. */
  | ChangeOf<'sample-started', { readonly seconds: number; readonly requestCountLimit: number }>;

interface ChangeOf<Kind extends string, Effect> {
  readonly kind: Kind;
  /** The name of a token, or `file`, `signal`, `unleash`, `backup`, `control-database`. */
  readonly by: string;
  /** A capability, a flag, or `rules`. */
  readonly concerning: string;
  readonly from: string;
  readonly to: string;
  /** What the operator said, where he was asked. */
  readonly reason?: string | undefined;
  readonly effect: Effect;
}

export interface MeasuredEffect {
  /** Of the entry whose effect it is. */
  readonly ofNumber: number;
  readonly requestsBefore: number;
  readonly extractedBefore: number;
  readonly requestsAfter: number;
  readonly extractedAfter: number;
}

export interface RulesEffect {
  readonly routesAdded: number;
  readonly routesRemoved: number;
  readonly routesChanged: number;
  readonly capabilitiesChanged: number;
}

export type AuditEntry = AuditChange & {
  /** From 1, within this process. */
  readonly number: number;
  /** ISO 8601, UTC. */
  readonly at: string;
};

/** Who changed what, when, from what to what, and what it does. */
export interface Audit {
  /** Never throws and never waits. */
  record(change: AuditChange): void;
  /** Newest first; as many as are kept. */
  recent(): readonly AuditEntry[];
  /** What keeps entries from the audit file. */
  problem(): string | undefined;
}

export interface AuditParts {
  readonly log: Logger;
  readonly now: () => string;
  /** Keeps entries beyond this process. */
  readonly append: (entry: AuditEntry) => void;
  readonly problem: () => string | undefined;
  readonly onRecorded?: (entry: AuditEntry) => void;
  readonly keptCount?: number;
}

export function createAudit({ log, now, append, problem, onRecorded, keptCount = 500 }: AuditParts): Audit {
  const kept: AuditEntry[] = [];
  let count = 0;
  return {
    record(change) {
      count += 1;
      const entry: AuditEntry = Object.freeze({ number: count, at: now(), ...change });
      kept.push(entry);
      if (kept.length > keptCount) kept.shift();
      const { kind, ...fields } = change;
      log.info({ event: `audit.${kind}`, ...fields }, `audit: ${kind}`);
      append(entry);
      onRecorded?.(entry);
    },
    recent: () => kept.toReversed(),
    problem,
  };
}
