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
  for (const { where, committed, low } of await readPlaces(admin, group, topics)) {
    if (committed !== undefined && committed < low) throw expired(where, group);
  }
}

/** Records of the topics that the group has not committed. */
export async function countBacklog(admin: Admin, group: string, topics: readonly string[]): Promise<number> {
  const places = await readPlaces(admin, group, topics);
  return places.reduce((sum, { committed, low, high }) => sum + Number(high - (committed ?? low)), 0);
}

/** Where a group stands in one partition. */
interface GroupPlace {
  readonly where: string;
  /** Undefined when the group has read nothing yet. */
  readonly committed: bigint | undefined;
  readonly low: bigint;
  readonly high: bigint;
}

async function readPlaces(admin: Admin, group: string, topics: readonly string[]): Promise<readonly GroupPlace[]> {
  const committed = await patiently(() => admin.fetchOffsets({ groupId: group, topics: [...topics] }));
  const places = committed.map(async ({ topic, partitions }) => {
    const ends = await patiently(() => admin.fetchTopicOffsets(topic));
    return partitions.map(({ partition, offset }): GroupPlace => {
      const end = ends.find((candidate) => candidate.partition === partition);
      return {
        where: `${topic}/${partition}`,
        // -1: nothing was committed.
        committed: BigInt(offset) < 0n ? undefined : BigInt(offset),
        low: BigInt(end?.low ?? 0),
        high: BigInt(end?.high ?? 0),
      };
    });
  });
  return (await Promise.all(places)).flat();
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
