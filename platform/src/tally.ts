import { Counter, type CounterConfiguration } from 'prom-client';
import { ByLabels } from './by-labels.ts';

/** One child of a counter. To count is one addition; prom-client (15.1) checks and hashes the labels at every call. */
export interface Tally {
  count: number;
}

export interface TallyCounter<L extends string> {
  /** The same child for the same labels. */
  child(labels: Readonly<Record<L, string>>): Tally;
  /** What was counted so far, for each labels that occurred. */
  counts(): readonly { readonly labels: Readonly<Record<L, string>>; readonly count: number }[];
}

interface Child<L extends string> extends Tally {
  readonly labels: Readonly<Record<L, string>>;
  reportedCount: number;
}

/** What was counted is handed to prom-client when the metrics are read. */
export function createTally<L extends string>(configuration: CounterConfiguration<L>): TallyCounter<L> {
  const children = new ByLabels<L, Child<L>>((labels) => ({ labels, count: 0, reportedCount: 0 }));
  const counter = new Counter<L>({
    ...configuration,
    collect() {
      for (const child of children.all()) {
        const news = child.count - child.reportedCount;
        if (news > 0) counter.inc(child.labels, news);
        child.reportedCount = child.count;
      }
    },
  });
  return {
    child: (labels) => children.child(labels),
    counts: () => children.all().map(({ labels, count }) => ({ labels, count })),
  };
}
