import {
  Histogram,
  type HistogramConfiguration,
  type MetricObjectWithValues,
  type MetricValueWithName,
} from 'prom-client';
import { ByLabels } from './by-labels.ts';

/** One child of a histogram. To observe is a walk over the bounds and two additions. */
export interface Timing {
  observe(seconds: number): void;
}

interface Child<L extends string> extends Timing {
  readonly labels: Readonly<Record<L, string>>;
  /** For each bound, and for what is above all, not cumulated. */
  readonly counts: number[];
  sumSeconds: number;
}

/** A histogram for what is observed with every request; prom-client (15.1) checks and hashes the labels at every call. */
export interface Timings<L extends string> {
  /** The same child for the same labels. */
  child(labels: Readonly<Record<L, string>>): Timing;
}

type Settings<L extends string> = HistogramConfiguration<L> & { readonly buckets: number[] };

/** Read as any other metric of the registry. */
export function createTimings<L extends string>(settings: Settings<L>): Timings<L> {
  return new TimingHistogram(settings);
}

class TimingHistogram<L extends string> extends Histogram<L> implements Timings<L> {
  readonly #name: string;
  readonly #help: string;
  readonly #bounds: readonly number[];
  readonly #children: ByLabels<L, Child<L>>;

  constructor(configuration: Settings<L>) {
    super(configuration);
    this.#name = configuration.name;
    this.#help = configuration.help;
    this.#bounds = configuration.buckets;
    this.#children = new ByLabels((labels) => childOf(labels, configuration.buckets));
  }

  child(labels: Readonly<Record<L, string>>): Timing {
    return this.#children.child(labels);
  }

  override get(): Promise<MetricObjectWithValues<MetricValueWithName<L>>> {
    const values = this.#children.all().flatMap((child) => this.#valuesOf(child));
    // Its types call for an enumeration that the package does not export.
    const about = { name: this.#name, help: this.#help, type: 'histogram', aggregator: 'sum', values };
    return Promise.resolve(about as unknown as MetricObjectWithValues<MetricValueWithName<L>>);
  }

  /** What the registry reads when it is there; its types do not know it. */
  getForPromString(): ReturnType<Histogram<L>['get']> {
    return this.get();
  }

  #valuesOf({ labels, counts, sumSeconds }: Child<L>): readonly MetricValueWithName<L>[] {
    let count = 0;
    const buckets: MetricValueWithName<L>[] = [...this.#bounds, '+Inf'].map((le, index) => {
      count += counts[index] ?? 0;
      return { metricName: `${this.#name}_bucket`, labels: { le, ...labels }, value: count };
    });
    return [
      ...buckets,
      { metricName: `${this.#name}_sum`, labels, value: sumSeconds },
      { metricName: `${this.#name}_count`, labels, value: count },
    ];
  }
}

function childOf<L extends string>(labels: Readonly<Record<L, string>>, bounds: readonly number[]): Child<L> {
  const counts = Array.from({ length: bounds.length + 1 }, () => 0);
  const child: Child<L> = {
    labels,
    counts,
    sumSeconds: 0,
    observe(seconds) {
      let at = 0;
      while (at < bounds.length && seconds > (bounds[at] ?? Infinity)) at += 1;
      counts[at] = (counts[at] ?? 0) + 1;
      child.sumSeconds += seconds;
    },
  };
  return child;
}
