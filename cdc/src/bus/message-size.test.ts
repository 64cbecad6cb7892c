import { fc, test as property } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { createByteGate } from './byte-gate.ts';
import { cutBySize } from './message-size.ts';

describe('cutting by size', () => {
  property.prop([fc.array(fc.nat(100)), fc.integer({ min: 1, max: 150 }), fc.integer({ min: 1, max: 10 })])(
    'keeps every item in order, and no run is above a limit unless it is one item',
    (sizes, maxBytes, maxCount) => {
      const runs = cutBySize(sizes, (size) => size, { maxBytes, maxCount });
      expect(runs.flat()).toEqual(sizes);
      for (const run of runs) {
        expect(run.length).toBeGreaterThan(0);
        expect(run.length).toBeLessThanOrEqual(maxCount);
        if (run.length > 1) expect(run.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(maxBytes);
      }
    },
  );
});

describe('a byte gate', () => {
  property.prop([
    fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 40 }),
    fc.integer({ min: 1, max: 200 }),
  ])(
    'lets everyone in, in order, and never holds more than its limit, one larger item excepted',
    async (sizes, limitBytes) => {
      const gate = createByteGate(limitBytes);
      const inside: number[] = [];
      const entered: number[] = [];
      const entering = sizes.map(async (size, index) => {
        await gate.enter(size);
        entered.push(index);
        inside.push(size);
      });
      while (entered.length < sizes.length || inside.length > 0) {
        await Promise.resolve();
        const sum = inside.reduce((total, size) => total + size, 0);
        if (inside.length > 1) expect(sum).toBeLessThanOrEqual(limitBytes);
        const left = inside.shift();
        if (left !== undefined) gate.leave(left);
      }
      await Promise.all(entering);
      expect(entered).toEqual(sizes.map((_, index) => index));
      expect(gate.insideBytes).toBe(0);
    },
  );
});
