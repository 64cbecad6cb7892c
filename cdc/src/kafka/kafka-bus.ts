import type { Logger } from '@banyan/platform';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import type { ChangeBus, Subscription } from '../bus/change-bus.ts';
import { byteLimits } from '../bus/message-size.ts';
import { kafkaLogCreator } from './kafka-log.ts';
import { createKafkaPublisher } from './kafka-publisher.ts';
import { subscribeToKafka } from './kafka-subscription.ts';
import { countBacklog, ensureKafkaTopics, refuseExpired, type TopicSettings } from './kafka-topics.ts';

export interface KafkaBusOptions {
  readonly brokers: readonly string[];
  /** Shown in the broker's log and metrics. */
  readonly clientId: string;
  readonly log: Logger;
  readonly partitionCount?: number;
  readonly replicationFactor?: number;
  readonly retentionMs?: number;
  readonly inFlightBytesLimit?: number;
  readonly messageBytesLimit?: number;
  readonly redeliveryPauseMs?: number;
}

export interface KafkaBus extends ChangeBus {
  readonly inFlightBytes: number;
}

const weekMs = 604_800_000;
/** Room above the largest message for the framing of its record batch. */
const maxMessageBytes = byteLimits.message + 1_048_576;

/** The bus on Kafka. `publish` resolves when all in-sync replicas have the messages. Nothing is connected before it is used. */
export function createKafkaBus(options: KafkaBusOptions): KafkaBus {
  const { brokers, clientId, log, inFlightBytesLimit = 16_777_216, messageBytesLimit = byteLimits.message } = options;
  const kafka = new Kafka({
    brokers: [...brokers],
    clientId,
    logLevel: logLevel.INFO,
    logCreator: kafkaLogCreator(log),
    // Short, because our own loops try again for ever and can be closed in between.
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 5 },
  });
  const publisher = createKafkaPublisher({ kafka, log, inFlightBytesLimit, messageBytesLimit });
  const subscriptions: Subscription[] = [];

  return {
    ensureTopics: (topics) => withAdmin(kafka, (admin) => ensureKafkaTopics(admin, topics, settingsOf(options))),
    publish: (messages) => publisher.publish(messages),
    async subscribe(subscription) {
      await withAdmin(kafka, (admin) => refuseExpired(admin, subscription.group, subscription.topics));
      const opened = await subscribeToKafka({
        redeliveryPauseMs: options.redeliveryPauseMs ?? 100,
        ...subscription,
        kafka,
        log,
      });
      subscriptions.push(opened);
      return opened;
    },
    backlogCount: (group, topics) => withAdmin(kafka, (admin) => countBacklog(admin, group, topics)),
    async close() {
      await Promise.all(subscriptions.map((subscription) => subscription.close()));
      await publisher.close();
    },
    get inFlightBytes() {
      return publisher.inFlightBytes;
    },
  };
}

/** -1 leaves the replication to the broker's default. */
function settingsOf({
  partitionCount = 8,
  replicationFactor = -1,
  retentionMs = weekMs,
}: KafkaBusOptions): TopicSettings {
  return { partitionCount, replicationFactor, retentionMs, maxMessageBytes };
}

async function withAdmin<T>(kafka: Kafka, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}
