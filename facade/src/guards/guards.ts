import type { GuardReader, OwnershipReader } from '@banyan/routing-rules';

/** Something saw the extracted side fail: its scopes go back to legacy until the alarm is lifted. */
export interface Alarm {
  readonly capability: string;
  /** Undefined: for the whole capability. */
  readonly scope: string | undefined;
  readonly why: string;
  /** ISO 8601, UTC. */
  readonly since: string;
}

export type AlarmTarget = Pick<Alarm, 'capability' | 'scope'>;

export interface Guards extends GuardReader {
  /** In force when it returns. @returns false when there are so many for single scopes that one more was not taken */
  raise(alarm: Alarm): boolean;
  /** @returns false when there was none */
  lift(target: AlarmTarget): boolean;
  all(): readonly Alarm[];
}

export interface GuardsParts {
  /** Alarms for single scopes; those for whole capabilities are always taken. */
  readonly scopeLimit: number;
  readonly onChange: (count: number) => void;
}

/** Alarms of this process. Whoever raises one is the one who lifts it: nothing here knows why it came. */
export function createGuards({ scopeLimit, onChange }: GuardsParts): Guards {
  const ofWhole = new Map<string, Alarm>();
  const ofScope = new Map<string, Map<string, Alarm>>();
  let scopeCount = 0;
  const changed = (): void => onChange(ofWhole.size + scopeCount);
  const scopesOf = (capability: string): Map<string, Alarm> => {
    const scopes = ofScope.get(capability) ?? new Map<string, Alarm>();
    ofScope.set(capability, scopes);
    return scopes;
  };
  return {
    alarmFor: (capability, scopeKey) => ofWhole.get(capability) ?? ofScope.get(capability)?.get(scopeKey),
    raise(alarm) {
      const { capability, scope } = alarm;
      if (scope === undefined) ofWhole.set(capability, alarm);
      else {
        const scopes = scopesOf(capability);
        const isNew = !scopes.has(scope);
        if (isNew && scopeCount >= scopeLimit) return false;
        scopes.set(scope, alarm);
        if (isNew) scopeCount += 1;
      }
      changed();
      return true;
    },
    lift({ capability, scope }) {
      const isLifted = scope === undefined ? ofWhole.delete(capability) : scopesOf(capability).delete(scope);
      if (!isLifted) return false;
      if (scope !== undefined) scopeCount -= 1;
      changed();
      return true;
    },
    all: () => [...ofWhole.values(), ...[...ofScope.values()].flatMap((scopes) => [...scopes.values()])],
  };
}

/** As long as nobody hands scopes over, nobody owns them by record: the flag decides. */
export const noOwnership: OwnershipReader = Object.freeze({ ownerOf: () => undefined });
