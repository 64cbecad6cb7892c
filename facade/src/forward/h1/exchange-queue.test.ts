import { fc, test as property } from '@fast-check/vitest';
import { expect } from 'vitest';
import { H1Exchange } from './exchange.ts';
import { ExchangeQueue } from './exchange-queue.ts';

const start = { method: 'GET', text: '', lengthBytes: undefined, isLast: false };
const step = fc.oneof(
  fc.constant('push' as const),
  fc.constant('shift' as const),
  // Which of those that wait gives up.
  fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
);

property.prop([fc.array(step, { maxLength: 60 })], { numRuns: 500 })(
  'whoever waits is served in turn, whoever has left the queue is held by nobody in it',
  (steps) => {
    const queue = new ExchangeQueue();
    let model: H1Exchange[] = [];
    for (const taken of steps) {
      if (taken === 'push') {
        const exchange = new H1Exchange(start, {}, undefined);
        queue.push(exchange);
        model.push(exchange);
      } else if (taken === 'shift') {
        expect(queue.shift()).toBe(model.shift());
      } else {
        const left = model[Math.floor(taken * model.length)];
        if (!left) continue;
        queue.remove(left);
        model = model.filter((exchange) => exchange !== left);
        expect([left.previous, left.next]).toEqual([undefined, undefined]);
      }
      expect(queue.count).toBe(model.length);
    }
    for (const exchange of model) expect(queue.shift()).toBe(exchange);
    expect(queue.shift()).toBeUndefined();
  },
);
