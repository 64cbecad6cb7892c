import type { AuditChange, AuditEntry } from './audit.ts';

/** Decisions since the start of the process. */
export interface DecisionCount {
  readonly capability: string;
  readonly side: string;
  readonly count: number;
}

export interface EffectWatchParts {
  readonly counts: () => readonly DecisionCount[];
  /** Capabilities that the change is about; undefined for all. */
  readonly capabilitiesOf: (change: AuditChange) => ReadonlySet<string> | undefined;
  readonly record: (change: AuditChange) => void;
}

interface Tally {
  readonly requestCount: number;
  readonly extractedCount: number;
}

interface Pending {
  readonly entry: AuditEntry;
  readonly atChange: readonly DecisionCount[];
  readonly before: Tally;
  leftTicks: number;
}

const windowTicks = 3;
const pendingLimit = 32;

/** What a change did to the decisions: the share of the extracted side in the half minute before it and after it. */
export interface EffectWatch {
  /** A change was made just now. */
  changed(entry: AuditEntry): void;
  /** Called every ten seconds. */
  tick(): void;
}

export function createEffectWatch({ counts, capabilitiesOf, record }: EffectWatchParts): EffectWatch {
  const past: (readonly DecisionCount[])[] = [counts()];
  let pending: readonly Pending[] = [];

  const finish = ({ entry, atChange, before }: Pending): void => {
    const after = tallyBetween(atChange, counts(), capabilitiesOf(entry));
    record({
      kind: 'effect-measured',
      by: 'facade',
      concerning: entry.concerning,
      from: wordsOf(before),
      to: wordsOf(after),
      effect: {
        ofNumber: entry.number,
        requestsBefore: before.requestCount,
        extractedBefore: before.extractedCount,
        requestsAfter: after.requestCount,
        extractedAfter: after.extractedCount,
      },
    });
  };
  return {
    changed(entry) {
      if (!changesDecisions(entry) || pending.length >= pendingLimit) return;
      const atChange = counts();
      const before = tallyBetween(past[0] ?? [], atChange, capabilitiesOf(entry));
      pending = [...pending, { entry, atChange, before, leftTicks: windowTicks }];
    },
    tick() {
      past.push(counts());
      if (past.length > windowTicks) past.shift();
      for (const one of pending) one.leftTicks -= 1;
      const done = pending.filter(({ leftTicks }) => leftTicks <= 0);
      pending = pending.filter(({ leftTicks }) => leftTicks > 0);
      done.forEach(finish);
    },
  };
}

function changesDecisions({ kind }: AuditChange): boolean {
  return kind === 'rules-replaced' || kind === 'override-changed' || kind === 'flag-changed';
}

function tallyBetween(
  earlier: readonly DecisionCount[],
  later: readonly DecisionCount[],
  only: ReadonlySet<string> | undefined,
): Tally {
  const sum = (counts: readonly DecisionCount[], side?: string): number =>
    counts
      .filter((one) => (only === undefined || only.has(one.capability)) && (side === undefined || one.side === side))
      .reduce((total, { count }) => total + count, 0);
  return {
    requestCount: sum(later) - sum(earlier),
    extractedCount: sum(later, 'extracted') - sum(earlier, 'extracted'),
  };
}

function wordsOf({ requestCount, extractedCount }: Tally): string {
  if (requestCount === 0) return 'no requests';
  return `${((100 * extractedCount) / requestCount).toFixed(1)} % of ${requestCount} requests extracted`;
}
