import {
  Histogram,
  type HistogramConfiguration,
  type MetricObjectWithValues,
  type MetricValueWithName,
} from 'prom-client';

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
export class TimingHistogram<L extends string> extends Histogram<L> {
  readonly #name: string;
  readonly #help: string;
  readonly #bounds: readonly number[];
  readonly #children = new Map<string, Child<L>>();

  constructor(configuration: HistogramConfiguration<L> & { readonly buckets: number[] }) {
    super(configuration);
    this.#name = configuration.name;
    this.#help = configuration.help;
    this.#bounds = configuration.buckets;
  }

  /** The same child for the same labels. */
  child(labels: Readonly<Record<L, string>>): Timing {
    const key = JSON.stringify(Object.entries(labels).sort());
    const known = this.#children.get(key);
    if (known) return known;
    const bounds = this.#bounds;
    const counts = Array.from({ length: bounds.length + 1 }, () => 0);
    const child: Child<L> = {
      labels: { ...labels },
      counts,
      sumSeconds: 0,
      observe(seconds) {
        let at = 0;
        while (at < bounds.length && seconds > (bounds[at] ?? Infinity)) at += 1;
        counts[at] = (counts[at] ?? 0) + 1;
        child.sumSeconds += seconds;
      },
    };
    this.#children.set(key, child);
    return child;
  }

  override get(): Promise<MetricObjectWithValues<MetricValueWithName<L>>> {
    const values = [...this.#children.values()].flatMap((child) => this.#valuesOf(child));
    // Its types call for an enumeration that the package does not export.
    const about = { name: this.#name, help: this.#help, type: 'histogram', aggregator: 'sum', values };
    return Promise.resolve(about as unknown as MetricObjectWithValues<MetricValueWithName<L>>);
  }

  /** What the registry reads when it is there; its types do not know it. */
  getForPromString(): ReturnType<TimingHistogram<L>['get']> {
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
