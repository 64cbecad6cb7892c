import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createAnswerStore, type AnswerStore, type Place } from './answer-store.ts';
import type { KeptAnswer } from './kept-answer.ts';

const limits = { maxBytes: undefined, maxEntryBytes: 1_000_000, maxSeconds: 60 };

function aPlace(place: Partial<Place> = {}): Place {
  return { routeId: 'list', limits, key: 'key', path: '/list', ...place };
}

function anAnswer(bytes = 10, varied: KeptAnswer['policy']['varied'] = []): KeptAnswer {
  const policy = { ageSeconds: () => 0, satisfies: () => true, varied, etag: undefined, lastModified: undefined };
  return { status: 200, headers: [], body: Buffer.alloc(bytes), policy };
}

function keep(store: AnswerStore, place: Place, answer = anAnswer()): void {
  const filling = store.fill(place);
  if (filling.take(answer.body.length)) filling.keep(answer);
  else filling.release();
}

describe('a store', () => {
  test('finds the variant whose headers are those of the request', () => {
    const store = createAnswerStore(1_000_000);
    keep(store, aPlace(), anAnswer(1, [['x-a', '1']]));
    keep(store, aPlace(), anAnswer(2, [['x-a', '2']]));
    expect(store.find(aPlace(), { 'x-a': '1' })?.body.length).toBe(1);
    expect(store.find(aPlace(), { 'x-a': '2' })?.body.length).toBe(2);
    expect(store.find(aPlace(), {})).toBeUndefined();
  });

  test('replaces an answer by a newer one, and keeps at most 8 variants', () => {
    const store = createAnswerStore(1_000_000);
    for (let count = 1; count <= 2; count++) keep(store, aPlace(), anAnswer(count));
    expect([store.count, store.find(aPlace(), {})?.body.length]).toEqual([1, 2]);
    for (let count = 1; count <= 20; count++) keep(store, aPlace(), anAnswer(1, [['x-a', String(count)]]));
    expect(store.count).toBe(8);
  });

  test.each(['/list', '/list/', '/LIST'])('forgets everything under a path that is written to as %s', (path) => {
    const store = createAnswerStore(1_000_000);
    keep(store, aPlace({ key: 'one' }));
    keep(store, aPlace({ key: 'two', routeId: 'other' }));
    keep(store, aPlace({ key: 'three', path: '/else' }));
    store.invalidate(path);
    expect([store.find(aPlace({ key: 'one' }), {}), store.count]).toEqual([undefined, 1]);
  });

  test('clears one route, or all', () => {
    const store = createAnswerStore(1_000_000);
    keep(store, aPlace({ routeId: 'one' }));
    keep(store, aPlace({ routeId: 'two' }));
    expect([store.clear('one'), store.count, store.clear(), store.bytes]).toEqual([1, 1, 1, 0]);
  });

  test('takes from the route that has most when memory is short', () => {
    const store = createAnswerStore(100_000);
    keep(store, aPlace({ routeId: 'small', key: 'small' }));
    for (let count = 0; count < 100; count++) keep(store, aPlace({ key: `key ${count}` }), anAnswer(5_000));
    expect(store.find(aPlace({ routeId: 'small', key: 'small' }), {})).toBeDefined();
    expect(store.bytes).toBeLessThanOrEqual(100_000);
  });

  test('never holds more than its limit, and gives all of it back', () => {
    const step = fc.record({
      route: fc.constantFrom('one', 'two'),
      key: fc.constantFrom('a', 'b', 'c', 'd'),
      bytes: fc.integer({ min: 0, max: 30_000 }),
      act: fc.constantFrom('keep', 'open', 'release', 'invalidate'),
      maxBytes: fc.constantFrom(undefined, 20_000),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const store = createAnswerStore(50_000);
        const open: ReturnType<AnswerStore['fill']>[] = [];
        for (const { route, key, bytes, act, maxBytes } of steps) {
          const place = aPlace({ routeId: route, key: route + key, path: `/${key}`, limits: { ...limits, maxBytes } });
          if (act === 'invalidate') store.invalidate(place.path);
          else if (act === 'release') open.pop()?.release();
          else if (act === 'keep') keep(store, place, anAnswer(bytes));
          else {
            const filling = store.fill(place);
            if (filling.take(bytes)) open.push(filling);
            else filling.release();
          }
          expect(store.bytes).toBeLessThanOrEqual(50_000);
        }
        for (const filling of open) filling.release();
        store.clear();
        expect(store.bytes).toBe(0);
      }),
    );
  });
});
