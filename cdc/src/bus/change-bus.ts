/** What travels on a bus. `key` is the lane: messages of one topic with equal keys keep their order. */
export interface BusMessage {
  readonly topic: string;
  readonly key: string;
  /** UTF-8 JSON: a Debezium envelope, or null for a tombstone. */
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Carries changes from captures to sinks, at least once, in order per key.
 * Two implementations (embedded, Kafka) pass one contract suite.
 */
export interface ChangeBus {
  /** Creates what is missing; safe to repeat. */
  ensureTopics(topics: readonly string[]): Promise<void>;
  /**
   * Resolves once every message is durable: replicated by the broker, or, on the embedded bus, applied by every subscribed group.
   * The caller may acknowledge its source only then. Rejects when any message is not durable; the caller sends the whole batch again.
   * Waits while the bus is full: at most a bounded number of bytes is in flight.
   */
  publish(messages: readonly BusMessage[]): Promise<void>;
  /**
   * Hands over batches, one at a time per group, in order per key. A batch is committed when `onBatch` resolves.
   * When it rejects, the same messages are handed over again after a pause; nothing is skipped.
   */
  subscribe(options: SubscribeOptions): Promise<Subscription>;
  /**
   * Messages that are durable, or on their way to be, and that the group has not committed yet.
   *
   * @throws when the bus cannot be asked
   */
  backlogCount(group: string, topics: readonly string[]): Promise<number>;
  close(): Promise<void>;
}

export interface SubscribeOptions {
  readonly group: string;
  readonly topics: readonly string[];
  readonly onBatch: (messages: readonly BusMessage[]) => Promise<void>;
  readonly maxBatchCount?: number;
}

export interface Subscription {
  /** Waits for the running batch, then stops; what was handed over and not committed is handed over again to the next subscriber. */
  close(): Promise<void>;
}
