import { randomUUID } from 'node:crypto';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { BusMessage, ChangeBus, SubscribeOptions, Subscription } from './change-bus.ts';
import { createDeferred } from './deferred.ts';

/** A bus under test. `inFlightBytes` is what it holds between `publish` and durable. */
export interface BusUnderTest extends ChangeBus {
  readonly inFlightBytes: number;
}

export interface BusFactoryOptions {
  readonly inFlightBytesLimit: number;
  readonly messageBytesLimit: number;
}

const options: BusFactoryOptions = { inFlightBytesLimit: 1_000_000, messageBytesLimit: 400_000 };

/** How long a state may take to come; a broker's first rebalance takes seconds. */
const waiting = { timeout: 30_000, interval: 20 };

/**
 * What every {@link ChangeBus} promises, as one suite.
 *
 * @param createBus - called once per test; the suite closes the bus. Topics and groups have random names, so a broker may be shared
 */
export function describeBusContract(
  name: string,
  createBus: (options: BusFactoryOptions) => Promise<BusUnderTest>,
): void {
  describe(`${name} keeps the contract of the change bus`, () => {
    for (const [promise, check] of Object.entries(promises))
      test(promise, async () => {
        const bus = await createBus(options);
        onTestFinished(() => bus.close());
        await check(await aKit(bus));
      });
  });
}

interface Reader {
  readonly group: string;
  readonly seen: readonly BusMessage[];
  readonly batches: readonly (readonly BusMessage[])[];
  readonly subscription: Subscription;
}

/** A bus with one topic of its own. */
interface Kit {
  readonly bus: BusUnderTest;
  readonly topic: string;
  readonly message: (key: string, value: string | null, headers?: Record<string, string>) => BusMessage;
  /** Subscribes a group that remembers what it was handed. */
  readonly aReader: (group?: string) => Promise<Reader>;
  readonly subscribe: (options: Partial<SubscribeOptions> & Pick<SubscribeOptions, 'onBatch'>) => Promise<Subscription>;
}

async function aKit(bus: BusUnderTest): Promise<Kit> {
  const topic = `contract-${randomUUID()}`;
  await bus.ensureTopics([topic]);
  const subscribe: Kit['subscribe'] = (parts) =>
    bus.subscribe({ group: `group-${randomUUID()}`, topics: [topic], ...parts });
  return {
    bus,
    topic,
    subscribe,
    message: (key, value, headers = {}) => ({ topic, key, value: value === null ? null : Buffer.from(value), headers }),
    async aReader(group = `group-${randomUUID()}`) {
      const batches: (readonly BusMessage[])[] = [];
      const seen: BusMessage[] = [];
      const onBatch = (messages: readonly BusMessage[]): Promise<void> => {
        batches.push(messages);
        seen.push(...messages);
        return Promise.resolve();
      };
      return { group, seen, batches, subscription: await subscribe({ group, onBatch }) };
    },
  };
}

const text = ({ key, value }: BusMessage): string => `${key}=${String(value)}`;

const promises: Readonly<Record<string, (kit: Kit) => Promise<void>>> = {
  'messages of one key arrive in the order of publication': async ({ bus, message, aReader }) => {
    const { seen } = await aReader();
    const messages = Array.from({ length: 300 }, (_, index) => message(`lane-${index % 7}`, String(index)));
    await Promise.all([0, 100, 200].map((start) => bus.publish(messages.slice(start, start + 100))));
    await vi.waitFor(() => expect(seen).toHaveLength(300), waiting);
    for (const lane of new Set(messages.map(({ key }) => key)))
      expect(seen.filter(({ key }) => key === lane).map(text)).toEqual(
        messages.filter(({ key }) => key === lane).map(text),
      );
  },

  'every group gets every message': async ({ bus, message, aReader }) => {
    const readers = await Promise.all([aReader(), aReader()]);
    await bus.publish([message('a', '1'), message('b', '2')]);
    for (const { seen } of readers)
      await vi.waitFor(() => expect(seen.map(text).sort()).toEqual(['a=1', 'b=2']), waiting);
  },

  'one group is handed one batch at a time': async ({ bus, message, subscribe }) => {
    let runningCount = 0;
    let handedCount = 0;
    let highest = 0;
    await subscribe({
      maxBatchCount: 5,
      onBatch: async (messages) => {
        runningCount += 1;
        highest = Math.max(highest, runningCount);
        await new Promise((resolve) => setImmediate(resolve));
        runningCount -= 1;
        handedCount += messages.length;
      },
    });
    await bus.publish(Array.from({ length: 50 }, (_, index) => message(`lane-${index}`, 'x')));
    await vi.waitFor(() => expect(handedCount).toBe(50), waiting);
    expect(highest).toBe(1);
  },

  'a refused batch is handed over again, nothing is skipped and the order is kept': async ({
    bus,
    message,
    subscribe,
  }) => {
    const applied: string[] = [];
    let refusedCount = 0;
    await subscribe({
      maxBatchCount: 4,
      onBatch: (messages) => {
        const isPoison = messages.some(({ value }) => String(value) === '6') && refusedCount < 3;
        if (isPoison) {
          refusedCount += 1;
          return Promise.reject(new TypeError('not yet'));
        }
        applied.push(...messages.map(({ value }) => String(value)));
        return Promise.resolve();
      },
    });
    const numbers = Array.from({ length: 12 }, (_, index) => String(index));
    await bus.publish(numbers.map((number) => message('lane', number)));
    await vi.waitFor(() => expect(applied).toEqual(numbers), waiting);
    expect(refusedCount).toBe(3);
  },

  'a batch never has more messages than was asked for': async ({ bus, message, subscribe }) => {
    const sizes: number[] = [];
    await subscribe({
      maxBatchCount: 3,
      onBatch: (messages) => Promise.resolve(void sizes.push(messages.length)),
    });
    await bus.publish(Array.from({ length: 10 }, () => message('lane', 'x')));
    await vi.waitFor(() => expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(10), waiting);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(3);
  },

  'tombstones, headers, empty keys and any Unicode survive': async ({ bus, message, aReader }) => {
    const { seen } = await aReader();
    const sent = [
      message('', 'empty key', { 'banyan-position': '0/1:1' }),
      message('사용자', '"값" 🚗\u0000', { größe: '["β"]' }),
      message('gone', null),
    ];
    await bus.publish(sent);
    await vi.waitFor(() => expect(seen).toHaveLength(3), waiting);
    expect(seen).toEqual(expect.arrayContaining(sent));
  },

  '10 MiB in one call arrive complete, in batches that are cut by bytes': async ({ bus, message, aReader }) => {
    const { seen, batches } = await aReader();
    const filler = 'x'.repeat(10_240);
    const messages = Array.from({ length: 1024 }, (_, index) => message('lane', `${index}:${filler}`));
    await bus.publish(messages);
    await vi.waitFor(() => expect(seen).toHaveLength(1024), waiting);
    expect(seen.map(({ value }) => Number.parseInt(String(value)))).toEqual(messages.map((_, index) => index));
    const bytesOf = (batch: readonly BusMessage[]) => batch.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
    expect(Math.max(...batches.map(bytesOf))).toBeLessThan(1_048_576);
  },

  'what is in flight stays below the limit however much is published at once': async ({ bus, message, aReader }) => {
    const { seen } = await aReader();
    const samples: number[] = [];
    const sending = Array.from({ length: 60 }, async (_, index) => {
      await bus.publish([message(`lane-${index}`, 'x'.repeat(100_000))]);
      samples.push(bus.inFlightBytes);
    });
    samples.push(bus.inFlightBytes);
    await Promise.all(sending);
    expect(Math.max(...samples)).toBeGreaterThan(0);
    expect(Math.max(...samples)).toBeLessThanOrEqual(options.inFlightBytesLimit);
    await vi.waitFor(() => expect(seen).toHaveLength(60), waiting);
    expect(bus.inFlightBytes).toBe(0);
  },

  'a message above the limit is refused by name, and nothing of its call is sent': async ({
    bus,
    topic,
    message,
    aReader,
  }) => {
    const { seen } = await aReader();
    const call = bus.publish([message('small', '1'), message('large', 'x'.repeat(options.messageBytesLimit))]);
    await expect(call).rejects.toMatchObject({ code: 'BUS_MESSAGE_TOO_LARGE', concerning: topic });
    await bus.publish([message('after', '2')]);
    await vi.waitFor(() => expect(seen.map(text)).toEqual(['after=2']), waiting);
  },

  'closing waits for the running batch': async ({ bus, message, subscribe }) => {
    const started = createDeferred<undefined>();
    const mayEnd = createDeferred<undefined>();
    const events: string[] = [];
    const subscription: Subscription = await subscribe({
      onBatch: async () => {
        started.resolve(undefined);
        await mayEnd.promise;
        events.push('batch ended');
      },
    });
    const sending = bus.publish([message('a', '1')]);
    await started.promise;
    const closing = subscription.close().then(() => events.push('closed'));
    mayEnd.resolve(undefined);
    await Promise.all([closing, sending]);
    expect(events).toEqual(['batch ended', 'closed']);
  },

  'a new subscriber of the group continues after what was committed': async ({ bus, message, aReader }) => {
    const first = await aReader();
    await bus.publish([message('a', '1'), message('a', '2')]);
    await vi.waitFor(() => expect(first.seen).toHaveLength(2), waiting);
    await first.subscription.close();
    const sending = bus.publish([message('a', '3'), message('a', '4')]);
    const second = await aReader(first.group);
    await sending;
    await vi.waitFor(() => expect(second.seen.map(text)).toEqual(['a=3', 'a=4']), waiting);
  },

  'what a subscriber refused is handed to the next one of its group': async ({ bus, message, aReader, subscribe }) => {
    const group = `group-${randomUUID()}`;
    const refused = createDeferred<undefined>();
    const first = await subscribe({
      group,
      onBatch: () => {
        refused.resolve(undefined);
        return Promise.reject(new TypeError('never'));
      },
    });
    const sending = bus.publish([message('a', '1'), message('a', '2')]);
    await refused.promise;
    await first.close();
    const second = await aReader(group);
    await sending;
    await vi.waitFor(() => expect(second.seen.map(text)).toEqual(['a=1', 'a=2']), waiting);
  },

  'the backlog of a group is what it has not applied': async ({ bus, topic, message, subscribe }) => {
    const group = `group-${randomUUID()}`;
    const mayEnd = createDeferred<undefined>();
    await subscribe({ group, onBatch: () => mayEnd.promise });
    const sending = bus.publish([message('a', '1'), message('b', '2'), message('c', '3')]);
    await vi.waitFor(async () => expect(await bus.backlogCount(group, [topic])).toBe(3), waiting);
    mayEnd.resolve(undefined);
    await sending;
    await vi.waitFor(async () => expect(await bus.backlogCount(group, [topic])).toBe(0), waiting);
  },

  'creating topics again changes nothing': async ({ bus, topic, message, aReader }) => {
    const { seen } = await aReader();
    await bus.publish([message('a', '1')]);
    await bus.ensureTopics([topic]);
    await bus.publish([message('a', '2')]);
    await vi.waitFor(() => expect(seen.map(text)).toEqual(['a=1', 'a=2']), waiting);
  },
};
