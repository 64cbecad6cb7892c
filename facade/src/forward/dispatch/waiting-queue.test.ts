import { fc, test as property } from '@fast-check/vitest';
import { expect } from 'vitest';
import { WaitingQueue, type Queued } from './waiting-queue.ts';

class Member implements Queued<Member> {
  previous: Member | undefined;
  next: Member | undefined;
}

const step = fc.oneof(
  fc.constant('push' as const),
  fc.constant('shift' as const),
  // Which of those that wait gives up.
  fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
);

property.prop([fc.array(step, { maxLength: 60 })], { numRuns: 500 })(
  'whoever waits is served in turn, whoever has left the queue is held by nobody in it',
  (steps) => {
    const queue = new WaitingQueue<Member>();
    let model: Member[] = [];
    for (const taken of steps) {
      if (taken === 'push') {
        const member = new Member();
        queue.push(member);
        model.push(member);
      } else if (taken === 'shift') {
        expect(queue.shift()).toBe(model.shift());
      } else {
        const left = model[Math.floor(taken * model.length)];
        if (!left) continue;
        queue.remove(left);
        model = model.filter((member) => member !== left);
        expect([left.previous, left.next]).toEqual([undefined, undefined]);
      }
      expect(queue.count).toBe(model.length);
    }
    for (const member of model) expect(queue.shift()).toBe(member);
    expect(queue.shift()).toBeUndefined();
  },
);
