import { randomUUID } from 'node:crypto';
import { silentLogger } from '@banyan/platform';
import { captureLog } from '@banyan/platform/testing';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import { describe, expect, inject, onTestFinished, test, vi } from 'vitest';
import { describeBusContract } from '../bus/bus-contract.ts';
import type { BusMessage } from '../bus/change-bus.ts';
import { createKafkaBus, type KafkaBusOptions } from './kafka-bus.ts';

// '' on a machine that can have no broker: the run has printed the reason, and under CI it has failed.
const hasBroker = inject('kafkaBrokers') !== '';
const brokers = inject('kafkaBrokers').split(',');
const waiting = { timeout: 30_000, interval: 20 };

function aBus(options: Partial<KafkaBusOptions> = {}) {
  const bus = createKafkaBus({
    brokers,
    clientId: 'test',
    log: silentLogger,
    partitionCount: 4,
    redeliveryPauseMs: 1,
    ...options,
  });
  onTestFinished(() => bus.close());
  return bus;
}

async function anAdmin(): Promise<Admin> {
  const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  onTestFinished(() => admin.disconnect());
  return admin;
}

const aTopic = (): string => `test-${randomUUID()}`;
const aMessage = (topic: string, key: string, value = key): BusMessage => ({
  topic,
  key,
  value: Buffer.from(value),
  headers: {},
});

describe.runIf(hasBroker)('with a broker', () => {
  describeBusContract('Kafka', (options) =>
    Promise.resolve(
      createKafkaBus({
        ...options,
        brokers,
        clientId: 'contract',
        log: silentLogger,
        partitionCount: 4,
        redeliveryPauseMs: 1,
      }),
    ),
  );
});

describe.runIf(hasBroker)('on Kafka', () => {
  test('publish resolves when the broker has the message, with nobody subscribed; a group that comes later gets it', async () => {
    const bus = aBus();
    const topic = aTopic();
    await bus.ensureTopics([topic]);
    await bus.publish([aMessage(topic, 'a')]);
    const seen: string[] = [];
    await bus.subscribe({
      group: topic,
      topics: [topic],
      onBatch: (messages) => Promise.resolve(void seen.push(...messages.map(({ key }) => key))),
    });
    await vi.waitFor(() => expect(seen).toEqual(['a']), waiting);
  });

  test('a lane goes to the partition that a Java producer would choose', async () => {
    const bus = aBus();
    const topic = aTopic();
    await bus.ensureTopics([topic]);
    await bus.publish(['42', '43', '사용자'].map((key) => aMessage(topic, key)));
    const ends = await (await anAdmin()).fetchTopicOffsets(topic);
    const counts = Object.fromEntries(ends.map(({ partition, high }) => [partition, Number(high)]));
    // Utils.toPositive(Utils.murmur2(key)) % 4 of kafka-clients 4.3: 42 and 사용자 go to 0, 43 to 2.
    expect(counts).toEqual(javaPartitions);
  });

  test('a topic with another number of partitions is refused by name', async () => {
    const topic = aTopic();
    await aBus({ partitionCount: 2 }).ensureTopics([topic]);
    await expect(aBus({ partitionCount: 3 }).ensureTopics([topic])).rejects.toMatchObject({
      code: 'BUS_PARTITIONS_CHANGED',
      concerning: topic,
    });
  });

  test('a batch the broker refuses for good rejects, and so does what waits behind it', async () => {
    const bus = aBus();
    const topic = aTopic();
    const admin = await anAdmin();
    await admin.createTopics({
      waitForLeaders: true,
      topics: [{ topic, numPartitions: 4, configEntries: [{ name: 'max.message.bytes', value: '1000' }] }],
    });
    const calls = [
      bus.publish([aMessage(topic, 'a', 'x'.repeat(5_000))]),
      bus.publish([aMessage(topic, 'a', 'small')]),
    ];
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(outcomes[0]).toMatchObject({ reason: { code: 'BUS_REFUSED' } });
    const ends = await admin.fetchTopicOffsets(topic);
    expect(ends.reduce((sum, { high }) => sum + Number(high), 0)).toBe(0);
  });

  test('a group whose unread messages have expired is refused, not continued with a gap', async () => {
    const bus = aBus({ partitionCount: 1 });
    const topic = aTopic();
    const admin = await anAdmin();
    await bus.ensureTopics([topic]);
    let seenCount = 0;
    const options = {
      group: topic,
      topics: [topic],
      onBatch: (messages: readonly BusMessage[]) => {
        seenCount += messages.length;
        return Promise.resolve();
      },
    };
    const subscription = await bus.subscribe(options);
    await bus.publish([aMessage(topic, 'a')]);
    await vi.waitFor(() => expect(seenCount).toBe(1), waiting);
    await subscription.close();
    await bus.publish([aMessage(topic, 'b'), aMessage(topic, 'c')]);
    // kafkajs finds leaders of topics it was asked about before.
    await admin.fetchTopicMetadata({ topics: [topic] });
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '2' }] });
    await expect(bus.subscribe(options)).rejects.toMatchObject({ code: 'BUS_CHANGES_EXPIRED', concerning: topic });
  });

  test('when a second member joins while batches are applied, nothing is lost and lanes keep their order', async () => {
    const [first, second] = [aBus(), aBus()];
    const topic = aTopic();
    await first.ensureTopics([topic]);
    const applied = new Map<string, number[]>();
    const options = {
      group: topic,
      topics: [topic],
      maxBatchCount: 10,
      async onBatch(messages: readonly BusMessage[]) {
        await new Promise((resolve) => setImmediate(resolve));
        for (const { key, value } of messages) applied.set(key, [...(applied.get(key) ?? []), Number(String(value))]);
      },
    };
    await first.subscribe(options);
    const lanes = Array.from({ length: 20 }, (_, index) => `lane-${index}`);
    const send = (number: number) => first.publish(lanes.map((lane) => aMessage(topic, lane, String(number))));
    for (let number = 0; number < 50; number += 1) await send(number);
    const joining = second.subscribe(options);
    for (let number = 50; number < 100; number += 1) await send(number);
    await joining;
    // Handed over again after the rebalance is fine; missing or out of order is not.
    const firstTimes = (numbers: readonly number[]) => [...new Set(numbers)];
    const expected = Array.from({ length: 100 }, (_, number) => number);
    await vi.waitFor(() => {
      for (const lane of lanes) expect(firstTimes(applied.get(lane) ?? [])).toEqual(expected);
    }, waiting);
  });

  test('a broker that cannot be reached makes publish wait, and closing ends the wait', async () => {
    const { log, lines } = captureLog();
    const bus = createKafkaBus({ brokers: ['127.0.0.1:1'], clientId: 'test', log });
    const sending = expect(bus.publish([aMessage('any', 'a')])).rejects.toMatchObject({ code: 'BUS_CLOSED' });
    await vi.waitFor(() => expect(lines.map(({ event }) => event)).toContain('kafka.send-failed'), waiting);
    await bus.close();
    await sending;
    expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

const javaPartitions: Readonly<Record<number, number>> = { 0: 2, 1: 0, 2: 1, 3: 0 };
