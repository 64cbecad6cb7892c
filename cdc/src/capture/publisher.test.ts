import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import type { BusMessage } from '../bus/change-bus.ts';
import { createChunkQueue, type Chunk } from './chunk-queue.ts';
import { noCaptureFailpoint } from './failpoint.ts';
import { createFlowMeter } from './flow-meter.ts';
import { createPublisher } from './publisher.ts';
import { createManualBus } from './testing/manual-bus.ts';

const aChunk = (endLsn?: bigint): Chunk => ({ endLsn, isDurable: false });

property.prop([fc.array(fc.boolean(), { minLength: 1, maxLength: 30 }), fc.infiniteStream(fc.nat())])(
  'whatever the order in which chunks become durable, a position is reached only when everything before it is',
  (endsTransaction, random) => {
    const queue = createChunkQueue();
    const chunks = endsTransaction.map((ends, index) => aChunk(ends ? BigInt(index + 1) : undefined));
    chunks.forEach((chunk) => queue.push(chunk));
    const waiting = [...chunks];
    let reached = 0n;
    while (waiting.length > 0) {
      const [chunk] = waiting.splice((random.next().value ?? 0) % waiting.length, 1);
      if (!chunk) break;
      const position = queue.settle(chunk);
      if (position === undefined) continue;
      expect(position).toBeGreaterThan(reached);
      reached = position;
      expect(chunks.slice(0, Number(position)).every(({ isDurable }) => isDurable)).toBe(true);
    }
    expect(reached).toBe(BigInt(endsTransaction.lastIndexOf(true) + 1));
    expect(queue.last).toBeUndefined();
  },
);

const aMessage = (key: string): BusMessage => ({ topic: 'topic', key, value: Buffer.from('x'), headers: {} });

function aPublisher({ chunkCount = 2 } = {}) {
  const bus = createManualBus();
  const reached: bigint[] = [];
  const meter = createFlowMeter({ limitBytes: 1_000, onFull: () => undefined, onRoom: () => undefined });
  const publisher = createPublisher({
    bus,
    chunkCount,
    chunkBytes: 10_000,
    meter,
    onDurable: (lsn) => reached.push(lsn),
    onPublished: () => undefined,
    onFailure: () => undefined,
    failpoint: noCaptureFailpoint,
  });
  return { bus, reached, publisher, meter };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

test('a transaction is sent in chunks before its end is known, and counts when its last chunk is durable', async () => {
  const { bus, reached, publisher } = aPublisher();
  publisher.add(['a', 'b', 'c', 'd', 'e'].map(aMessage));
  expect(bus.calls.map(({ messages }) => messages.length)).toEqual([2, 2]);
  publisher.commit(10n);
  await nextTurn();
  expect(bus.calls.map(({ messages }) => messages.length)).toEqual([2, 2, 1]);
  bus.calls[0]?.durable();
  bus.calls[1]?.durable();
  await nextTurn();
  expect(reached).toEqual([]);
  bus.calls[2]?.durable();
  await nextTurn();
  expect(reached).toEqual([10n]);
  expect(publisher.isIdle).toBe(true);
});

test('a transaction without changes counts at once when nothing is underway, else with what is', async () => {
  const { bus, reached, publisher } = aPublisher();
  publisher.commit(5n);
  expect(reached).toEqual([5n]);
  publisher.add([aMessage('a')]);
  await nextTurn();
  publisher.commit(6n);
  publisher.commit(7n);
  expect(reached).toEqual([5n]);
  bus.calls[0]?.durable();
  await nextTurn();
  expect(reached).toEqual([5n, 7n]);
});

test('many small transactions of one read of the socket travel in one chunk', async () => {
  const { bus, publisher } = aPublisher({ chunkCount: 100 });
  for (let index = 0; index < 20; index += 1) {
    publisher.add([aMessage(`lane-${index}`)]);
    publisher.commit(BigInt(index + 1));
  }
  await nextTurn();
  expect(bus.calls.map(({ messages }) => messages.length)).toEqual([20]);
});

test('the meter asks for a pause above its limit and for more at half of it, once each', () => {
  const asked: string[] = [];
  const meter = createFlowMeter({
    limitBytes: 100,
    onFull: () => asked.push('pause'),
    onRoom: () => asked.push('resume'),
  });
  for (const sizeBytes of [60, 60, 60]) meter.enter(sizeBytes);
  expect(asked).toEqual(['pause']);
  meter.leave(60);
  expect(meter.isFull).toBe(true);
  meter.leave(60);
  meter.leave(60);
  expect(asked).toEqual(['pause', 'resume']);
});
