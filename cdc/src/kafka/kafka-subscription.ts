import { messageOf, type Logger } from '@banyan/platform';
import type { Consumer, EachBatchPayload, IHeaders, Kafka, KafkaMessage } from 'kafkajs';
import { createBackoff } from '../bus/backoff.ts';
import type { BusMessage, SubscribeOptions, Subscription } from '../bus/change-bus.ts';
import { byteLimits, cutBySize, sizeOf } from '../bus/message-size.ts';

export interface KafkaSubscriptionParts extends SubscribeOptions {
  readonly kafka: Kafka;
  readonly log: Logger;
  readonly redeliveryPauseMs: number;
}

const sessionTimeoutMs = 15_000;
const heartbeatMs = 1_000;
/** How long the broker holds an empty fetch; also how long closing may wait for one. */
const fetchWaitMs = 250;

/** Joins the group; resolves when partitions are assigned. */
export async function subscribeToKafka(parts: KafkaSubscriptionParts): Promise<Subscription> {
  const { log, group } = parts;
  const closing = new AbortController();
  const backoff = createBackoff({ firstMs: 500, maxMs: 15_000 });
  // As a function, because its answer changes while one waits.
  const isClosing = (): boolean => closing.signal.aborted;
  let consumer = await join(parts, closing.signal, onCrash);
  let rejoining: Promise<void> = Promise.resolve();

  /** kafkajs gives up on what it takes for final and would stay silent for ever; a new consumer begins at the committed offsets. */
  function onCrash(err: Error): void {
    log.warn(
      { event: 'kafka.consumer-crashed', group, err },
      `the consumer of "${group}" is made again: ${err.message}`,
    );
    rejoining = rejoin();
  }

  async function rejoin(): Promise<void> {
    while (!isClosing()) {
      await backoff.pause(closing.signal);
      await consumer.disconnect().catch(() => undefined);
      if (isClosing()) return;
      try {
        consumer = await join(parts, closing.signal, onCrash);
        backoff.reset();
        return;
      } catch (err) {
        log.warn({ event: 'kafka.join-failed', group, err }, `joining "${group}" failed: ${messageOf(err)}`);
      }
    }
  }

  return {
    async close() {
      closing.abort();
      await rejoining;
      await consumer.disconnect();
    },
  };
}

async function join(
  parts: KafkaSubscriptionParts,
  signal: AbortSignal,
  onCrash: (err: Error) => void,
): Promise<Consumer> {
  const { kafka, group, topics } = parts;
  const consumer = kafka.consumer({
    groupId: group,
    sessionTimeout: sessionTimeoutMs,
    heartbeatInterval: heartbeatMs,
    maxWaitTimeInMs: fetchWaitMs,
    allowAutoTopicCreation: false,
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (!payload.restart) onCrash(payload.error);
  });
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: (payload) => handOver(parts, payload, signal),
    });
  } catch (err) {
    await consumer.disconnect().catch(() => undefined);
    throw err;
  }
  return consumer;
}

/** Hands a fetched batch over in runs; each is committed before the next begins. */
async function handOver(parts: KafkaSubscriptionParts, payload: EachBatchPayload, signal: AbortSignal): Promise<void> {
  const { topic, partition, messages: fetched } = payload.batch;
  const arrived = fetched.map((message) => ({ offset: message.offset, message: toBusMessage(topic, message) }));
  const limits = { maxBytes: byteLimits.batch, maxCount: parts.maxBatchCount ?? 500 };
  for (const run of cutBySize(arrived, ({ message }) => sizeOf(message), limits)) {
    if (!payload.isRunning() || payload.isStale()) return;
    const messages = run.map(({ message }) => message);
    if (!(await keepTrying(parts, payload, messages, signal))) return;
    const last = run.at(-1)?.offset ?? '0';
    payload.resolveOffset(last);
    await payload.commitOffsetsIfNecessary({
      topics: [{ topic, partitions: [{ partition, offset: String(BigInt(last) + 1n) }] }],
    });
  }
}

/**
 * Calls `onBatch` until it resolves. Later batches of the group wait, so nothing is skipped and the order holds.
 *
 * @returns false when the subscription closes meanwhile: nothing was committed, the next subscriber gets the batch
 * @throws when the group is rebalanced meanwhile: the partition may belong to another member now, which begins at the committed offset
 */
async function keepTrying(
  { onBatch, log, group, redeliveryPauseMs }: KafkaSubscriptionParts,
  payload: EachBatchPayload,
  messages: readonly BusMessage[],
  signal: AbortSignal,
): Promise<boolean> {
  const backoff = createBackoff({ firstMs: redeliveryPauseMs, maxMs: 5_000 });
  for (;;) {
    try {
      await whileBeating(payload, () => onBatch(messages));
      return true;
    } catch (err) {
      if (!payload.isRunning()) return false;
      log.warn({ event: 'bus.batch-refused', group, messageCount: messages.length, err }, messageOf(err));
    }
    await whileBeating(payload, () => backoff.pause(signal));
    if (!payload.isRunning() || signal.aborted) return false;
    // Tells of a rebalance before the batch is applied once more.
    await payload.heartbeat();
  }
}

/** kafkajs sends heartbeats between batches only; a long apply would cost the membership. */
async function whileBeating<T>(payload: EachBatchPayload, work: () => Promise<T>): Promise<T> {
  // A failed beat means a rebalance: the commit after the batch is refused then, and the batch handed over again.
  const timer = setInterval(() => void payload.heartbeat().catch(() => undefined), heartbeatMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

function toBusMessage(topic: string, { key, value, headers }: KafkaMessage): BusMessage {
  return { topic, key: key?.toString('utf8') ?? '', value, headers: headersOf(headers) };
}

function headersOf(headers: IHeaders | undefined): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers ?? {})) {
    const last = Array.isArray(value) ? value.at(-1) : value;
    if (last !== undefined) texts[name] = String(last);
  }
  return texts;
}
