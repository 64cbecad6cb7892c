import { messageOf, type Logger } from '@banyan/platform';
import type { Consumer, EachBatchPayload, IHeaders, Kafka, KafkaMessage } from 'kafkajs';
import { createBackoff } from '../bus/backoff.ts';
import type { BusMessage, SubscribeOptions, Subscription } from '../bus/change-bus.ts';
import { createDeferred } from '../bus/deferred.ts';
import { createGroupQueue, type GroupQueue } from '../bus/group-queue.ts';

export interface KafkaSubscriptionParts extends SubscribeOptions {
  readonly kafka: Kafka;
  readonly log: Logger;
  readonly redeliveryPauseMs: number;
}

const sessionTimeoutMs = 15_000;
const heartbeatMs = 1_000;
/** How long the broker holds an empty fetch; also how long closing may wait for one. */
const fetchWaitMs = 250;
const workerCount = 64;

/** Joins the group; resolves when partitions are assigned. */
export async function subscribeToKafka(parts: KafkaSubscriptionParts): Promise<Subscription> {
  const { log, group, redeliveryPauseMs } = parts;
  const closing = new AbortController();
  const queue = createGroupQueue({ group, log, redeliveryPauseMs });
  const handingOver = { queue, closed: whenAborted(closing.signal) };
  const backoff = createBackoff({ firstMs: 500, maxMs: 15_000 });
  // As a function, because its answer changes while one waits.
  const isClosing = (): boolean => closing.signal.aborted;
  let consumer = await join(parts, handingOver, onCrash);
  let rejoining: Promise<void> = Promise.resolve();
  queue.start(parts);

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
        consumer = await join(parts, handingOver, onCrash);
        backoff.reset();
        return;
      } catch (err) {
        log.warn({ event: 'kafka.join-failed', group, err }, `joining "${group}" failed: ${messageOf(err)}`);
      }
    }
  }

  return {
    async close() {
      // The running batch first: what it applied is committed yet.
      await queue.stop();
      closing.abort();
      await rejoining;
      await consumer.disconnect();
    },
  };
}

interface HandingOver {
  readonly queue: GroupQueue;
  readonly closed: Promise<void>;
}

async function join(
  parts: KafkaSubscriptionParts,
  handingOver: HandingOver,
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
      // One worker per partition, so that all of them fill the queue; it still hands over one batch at a time.
      partitionsConsumedConcurrently: workerCount,
      eachBatch: (payload) => handOver(handingOver, payload),
    });
  } catch (err) {
    await consumer.disconnect().catch(() => undefined);
    throw err;
  }
  return consumer;
}

/** A fetched batch waits in the group's queue with those of other partitions; its offset is committed when it was applied. */
async function handOver({ queue, closed }: HandingOver, payload: EachBatchPayload): Promise<void> {
  const { topic, partition, messages } = payload.batch;
  const ticket = queue.enqueue(messages.map((message) => toBusMessage(topic, message)));
  const applied = Promise.race([ticket.applied.then(() => true), closed.then(() => false)]);
  // Rebalanced or closing: whoever has the partition next begins at the committed offset.
  const isApplied = await whileBeating(payload, applied).finally(() => ticket.forget());
  const last = messages.at(-1)?.offset;
  if (!isApplied || last === undefined || payload.isStale()) return;
  payload.resolveOffset(last);
  await payload.commitOffsetsIfNecessary({
    topics: [{ topic, partitions: [{ partition, offset: String(BigInt(last) + 1n) }] }],
  });
}

/**
 * kafkajs sends heartbeats between batches only; a long apply would cost the membership.
 *
 * @throws what a heartbeat says when the group is rebalanced: the partition may belong to another member now
 */
async function whileBeating<T>(payload: EachBatchPayload, work: Promise<T>): Promise<T> {
  const lost = createDeferred<never>();
  const timer = setInterval(() => {
    payload.heartbeat().catch((err: unknown) => lost.reject(err as Error));
  }, heartbeatMs);
  try {
    return await Promise.race([work, lost.promise]);
  } finally {
    clearInterval(timer);
  }
}

function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
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
