import { BanyanError, messageOf, type Logger } from '@banyan/platform';
import { Partitioners, type Kafka, type Producer, type TopicMessages } from 'kafkajs';
import { createBackoff } from '../bus/backoff.ts';
import { createByteGate } from '../bus/byte-gate.ts';
import type { BusMessage } from '../bus/change-bus.ts';
import { createDeferred, type Deferred } from '../bus/deferred.ts';
import { isFinal, isRetriable, refusedByBroker } from './kafka-errors.ts';
import { byteLimits, cutBySize, refuseTooLarge, sizeOf } from '../bus/message-size.ts';

export interface KafkaPublisherParts {
  readonly kafka: Kafka;
  readonly log: Logger;
  readonly inFlightBytesLimit: number;
  readonly messageBytesLimit: number;
}

export interface KafkaPublisher {
  publish(messages: readonly BusMessage[]): Promise<void>;
  readonly inFlightBytes: number;
  close(): Promise<void>;
}

interface Portion {
  readonly messages: readonly BusMessage[];
  readonly sizeBytes: number;
  readonly sent: Deferred<undefined>;
}

/**
 * Sends everything through one producer, one request at a time: kafkajs retries concurrent sends independently, which reorders them.
 * What waits meanwhile is joined into the next request, cut below the broker's limit for a record batch, because kafkajs never splits one.
 */
export function createKafkaPublisher(parts: KafkaPublisherParts): KafkaPublisher {
  const { inFlightBytesLimit, messageBytesLimit } = parts;
  const gate = createByteGate(inFlightBytesLimit);
  const portionLimits = { maxBytes: Math.min(byteLimits.batch, inFlightBytesLimit), maxCount: Number.MAX_SAFE_INTEGER };
  const closing = new AbortController();
  const sender = createSender(parts, closing.signal);
  const queue: Portion[] = [];
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    try {
      while (queue.length > 0) await sendFirst();
    } catch (err) {
      // After a refusal nothing queued may follow: it would overtake what its capture sends again.
      queue.splice(0).forEach(({ sent }) => sent.reject(err as Error));
    } finally {
      // In the same turn as the last look at the queue: whoever queues later starts a new run.
      running = undefined;
    }
  }

  async function sendFirst(): Promise<void> {
    const limits = { ...portionLimits, maxBytes: byteLimits.batch };
    const [portions = []] = cutBySize(queue, ({ sizeBytes }) => sizeBytes, limits);
    await sender.send(portions.flatMap(({ messages }) => messages));
    queue.splice(0, portions.length).forEach(({ sent }) => sent.resolve(undefined));
  }

  async function send(messages: readonly BusMessage[]): Promise<void> {
    const sizeBytes = messages.reduce((sum, message) => sum + sizeOf(message), 0);
    await gate.enter(sizeBytes);
    const portion: Portion = { messages, sizeBytes, sent: createDeferred() };
    queue.push(portion);
    running ??= run();
    await portion.sent.promise.finally(() => gate.leave(sizeBytes));
  }

  return {
    async publish(messages) {
      refuseTooLarge(messages, messageBytesLimit);
      if (closing.signal.aborted) throw closedError();
      await Promise.all(cutBySize(messages, sizeOf, portionLimits).map(send));
    },
    get inFlightBytes() {
      return gate.insideBytes;
    },
    async close() {
      closing.abort();
      await running;
      await sender.close();
    },
  };
}

/** One producer at a time; a producer whose state the broker refuses is replaced. */
function createSender({ kafka, log }: KafkaPublisherParts, signal: AbortSignal) {
  const backoff = createBackoff({ firstMs: 200, maxMs: 10_000 });
  let producer: Producer | undefined;

  async function connected(): Promise<Producer> {
    if (producer) return producer;
    const fresh = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: false,
      retry: { retries: 5 },
    });
    await fresh.connect();
    producer = fresh;
    return fresh;
  }

  async function drop(): Promise<void> {
    const gone = producer;
    producer = undefined;
    await gone?.disconnect().catch(() => undefined);
  }

  /** The same messages until the broker has them: another content under the same sequence number would be taken for a duplicate. */
  async function send(messages: readonly BusMessage[]): Promise<void> {
    for (;;) {
      try {
        const current = await connected();
        await current.sendBatch({ topicMessages: byTopic(messages), acks: -1 });
        backoff.reset();
        return;
      } catch (err) {
        if (isFinal(err)) throw refusedByBroker(err);
        if (signal.aborted) throw closedError();
        log.warn(
          { event: 'kafka.send-failed', err },
          `Kafka did not take a batch, it is sent again: ${messageOf(err)}`,
        );
        if (!isRetriable(err)) await drop();
        await backoff.pause(signal);
      }
    }
  }

  return { send, close: drop };
}

function byTopic(messages: readonly BusMessage[]): TopicMessages[] {
  const topics = new Map<string, TopicMessages>();
  for (const { topic, key, value, headers } of messages) {
    const known = topics.get(topic) ?? { topic, messages: [] };
    known.messages.push({ key, value, headers: { ...headers } });
    topics.set(topic, known);
  }
  return [...topics.values()];
}

function closedError(): BanyanError {
  return new BanyanError('BUS_CLOSED', 'The bus was closed before Kafka had every message.', {
    remedy: 'Nothing is lost: the source sends again what was not acknowledged.',
  });
}
