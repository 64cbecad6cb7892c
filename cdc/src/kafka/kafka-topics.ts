import { BanyanError } from '@banyan/platform';
import type { Admin } from 'kafkajs';
import { createBackoff } from '../bus/backoff.ts';
import { isRetriable } from './kafka-errors.ts';

export interface TopicSettings {
  /** Fixed for the life of a migration: another count sends a lane to another partition, and its order is lost. */
  readonly partitionCount: number;
  readonly replicationFactor: number;
  /** Largest record the topic takes, above the bus's own limit for a message. */
  readonly maxMessageBytes: number;
  /** How long changes wait for a sink that is down. */
  readonly retentionMs: number;
}

/** Creates missing topics. @throws {BanyanError} BUS_PARTITIONS_CHANGED when a topic has another number of partitions */
export async function ensureKafkaTopics(
  admin: Admin,
  topics: readonly string[],
  settings: TopicSettings,
): Promise<void> {
  const existing = new Set(await admin.listTopics());
  const missing = topics.filter((topic) => !existing.has(topic));
  if (missing.length > 0)
    await admin.createTopics({
      waitForLeaders: true,
      topics: missing.map((topic) => ({ topic, ...topicConfig(settings) })),
    });
  const { topics: described } = await patiently(() => admin.fetchTopicMetadata({ topics: [...topics] }));
  for (const { name, partitions } of described) refuseOtherCount(name, partitions.length, settings.partitionCount);
}

function topicConfig({ partitionCount, replicationFactor, maxMessageBytes, retentionMs }: TopicSettings) {
  return {
    numPartitions: partitionCount,
    replicationFactor,
    configEntries: [
      // Records are keyed by lane: compaction would keep one change of each lane.
      { name: 'cleanup.policy', value: 'delete' },
      { name: 'retention.ms', value: String(retentionMs) },
      { name: 'max.message.bytes', value: String(maxMessageBytes) },
    ],
  };
}

function refuseOtherCount(topic: string, foundCount: number, wantedCount: number): void {
  if (foundCount === wantedCount) return;
  throw new BanyanError(
    'BUS_PARTITIONS_CHANGED',
    `Topic ${topic} has ${foundCount} partitions, configured are ${wantedCount}.`,
    {
      remedy: `Set KAFKA_PARTITIONS=${foundCount}. Adding partitions to a topic in use breaks the order of its lanes.`,
      concerning: topic,
    },
  );
}

/** @throws {BanyanError} BUS_CHANGES_EXPIRED when the topic no longer holds what the group has not read */
export async function refuseExpired(admin: Admin, group: string, topics: readonly string[]): Promise<void> {
  const committed = await patiently(() => admin.fetchOffsets({ groupId: group, topics: [...topics] }));
  for (const { topic, partitions } of committed) {
    const ends = await patiently(() => admin.fetchTopicOffsets(topic));
    for (const { partition, offset } of partitions) {
      const lowest = ends.find((end) => end.partition === partition)?.low ?? '0';
      // -1: the group has read nothing yet.
      if (BigInt(offset) >= 0n && BigInt(offset) < BigInt(lowest)) throw expired(`${topic}/${partition}`, group);
    }
  }
}

/** A broker that has just started knows no groups, and a topic just made has no leader, for a moment; kafkajs' admin reports that. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  const backoff = createBackoff({ firstMs: 100, maxMs: 2_000 });
  for (let leftCount = 10; ; leftCount -= 1) {
    try {
      return await ask();
    } catch (err) {
      if (leftCount === 0 || !isRetriable(err)) throw err;
      await backoff.pause(never);
    }
  }
}

const never = new AbortController().signal;

function expired(where: string, group: string): BanyanError {
  return new BanyanError(
    'BUS_CHANGES_EXPIRED',
    `${where} no longer holds changes that the group "${group}" has not applied.`,
    {
      remedy:
        'They are lost to this group: compare and repair both sides, then reset the group to the earliest offset. Raise retention.ms.',
      concerning: group,
    },
  );
}
