import { silentLogger } from '@banyan/platform';
import { describe, expect, test, vi } from 'vitest';
import { describeBusContract } from './bus-contract.ts';
import type { BusMessage } from './change-bus.ts';
import { createDeferred } from './deferred.ts';
import { createEmbeddedBus } from './embedded-bus.ts';

describeBusContract('the embedded bus', (options) =>
  Promise.resolve(createEmbeddedBus({ ...options, log: silentLogger, redeliveryPauseMs: 1 })),
);

const aMessage = (value: string, topic = 'topic'): BusMessage => ({
  topic,
  key: 'a',
  value: Buffer.from(value),
  headers: {},
});

describe('on the embedded bus, publish', () => {
  test('resolves only when every group has applied the message', async () => {
    const bus = createEmbeddedBus({ log: silentLogger });
    const gates = [createDeferred<undefined>(), createDeferred<undefined>()];
    for (const [index, gate] of gates.entries())
      await bus.subscribe({ group: `group-${index}`, topics: ['topic'], onBatch: () => gate.promise });
    let isDurable = false;
    const sending = bus.publish([aMessage('1')]).then(() => (isDurable = true));
    gates[0]?.resolve(undefined);
    await new Promise((resolve) => setImmediate(resolve));
    expect(isDurable).toBe(false);
    gates[1]?.resolve(undefined);
    await sending;
    await bus.close();
  });

  test('does not resolve while its group has no subscriber', async () => {
    const bus = createEmbeddedBus({ log: silentLogger });
    const subscription = await bus.subscribe({ group: 'g', topics: ['topic'], onBatch: () => Promise.resolve() });
    await subscription.close();
    const onDurable = vi.fn();
    const sending = bus.publish([aMessage('1')]).then(onDurable, () => undefined);
    await new Promise((resolve) => setImmediate(resolve));
    expect(onDurable).not.toHaveBeenCalled();
    await bus.close();
    await sending;
    expect(onDurable).not.toHaveBeenCalled();
  });

  test('resolves at once for a topic nobody ever subscribed to', async () => {
    const bus = createEmbeddedBus({ log: silentLogger });
    await bus.publish([aMessage('1', 'events')]);
    expect(bus.inFlightBytes).toBe(0);
    await bus.close();
  });

  test('rejects with BUS_CLOSED when the bus closes before the message is applied, and afterwards', async () => {
    const bus = createEmbeddedBus({ log: silentLogger, redeliveryPauseMs: 1 });
    await bus.subscribe({ group: 'g', topics: ['topic'], onBatch: () => Promise.reject(new TypeError('never')) });
    const sending = bus.publish([aMessage('1')]);
    const outcome = expect(sending).rejects.toMatchObject({ code: 'BUS_CLOSED' });
    await bus.close();
    await outcome;
    await expect(bus.publish([aMessage('2')])).rejects.toMatchObject({ code: 'BUS_CLOSED' });
  });
});

test('a second subscriber of one group is refused by name', async () => {
  const bus = createEmbeddedBus({ log: silentLogger });
  const options = { group: 'g', topics: ['topic'], onBatch: () => Promise.resolve() };
  await bus.subscribe(options);
  await expect(bus.subscribe(options)).rejects.toMatchObject({ code: 'BUS_GROUP_TAKEN', concerning: 'g' });
  await bus.close();
});
