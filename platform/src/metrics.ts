import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { droppedLineCount, type Logger } from './logger.ts';
import { createTally, type TallyCounter } from './tally.ts';
import { createTimings, type Timings } from './timing.ts';

/** One registry per process. Names and labels are constants beside their user; labels have few values, never a path or a user. */
export interface Metrics {
  readonly registry: Registry;
  counter<L extends string>(name: string, help: string, labels?: readonly L[]): Counter<L>;
  /** A counter for what is counted with every request. */
  tally<L extends string>(name: string, help: string, labels: readonly L[]): TallyCounter<L>;
  /** @param read - sets the values, whenever somebody reads them */
  gauge<L extends string>(
    name: string,
    help: string,
    labels?: readonly L[],
    read?: (gauge: Gauge<L>) => void,
  ): Gauge<L>;
  /** A histogram for what is measured with every request. */
  timing<L extends string>(name: string, help: string, labels: readonly L[]): Timings<L>;
  /** Buckets in seconds, from half a millisecond to ten seconds. */
  histogram<L extends string>(name: string, help: string, labels?: readonly L[]): Histogram<L>;
}

const latencyBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export interface MetricsOptions {
  /** Measure the process itself; true by default. */
  readonly process?: boolean;
  /** Count the lines that this log had to drop. */
  readonly log?: Logger;
}

export function createMetrics({ process: withProcess = true, log }: MetricsOptions = {}): Metrics {
  const registry = new Registry();
  if (withProcess) collectDefaultMetrics({ register: registry });
  const of = <L extends string>(name: string, help: string, labels: readonly L[] = []) => ({
    name,
    help,
    labelNames: [...labels],
    registers: [registry],
  });
  if (log) countDroppedLines(log, registry);
  return {
    registry,
    counter: (name, help, labels) => new Counter(of(name, help, labels)),
    tally: (name, help, labels) => createTally(of(name, help, labels)),
    gauge: <L extends string>(
      name: string,
      help: string,
      labels?: readonly L[],
      read?: (gauge: Gauge<L>) => void,
    ): Gauge<L> => {
      const gauge: Gauge<L> = new Gauge<L>({
        ...of(name, help, labels),
        ...(read && { collect: () => read(gauge) }),
      });
      return gauge;
    },
    timing: (name, help, labels) => createTimings({ ...of(name, help, labels), buckets: latencyBuckets }),
    histogram: (name, help, labels) => new Histogram({ ...of(name, help, labels), buckets: latencyBuckets }),
  };
}

function countDroppedLines(log: Logger, registry: Registry): void {
  let reportedCount = 0;
  const counter: Counter = new Counter({
    name: 'log_lines_dropped_total',
    help: 'Log lines given up because their reader was slow.',
    registers: [registry],
    collect() {
      counter.inc(droppedLineCount(log) - reportedCount);
      reportedCount = droppedLineCount(log);
    },
  });
}
