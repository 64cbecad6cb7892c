import { expect, test } from 'vitest';
import { routeMetres, type Place } from './geo.ts';
import { orderRoute } from './route-order.ts';

const at = (lat: number, lon: number): Place => ({ lat, lon });

test('stops are put in the order of the way, the ends stay', () => {
  const route = [at(0, 0), at(0, 3), at(0, 1), at(0, 2), at(0, 4)];
  expect(orderRoute(route)).toEqual([at(0, 0), at(0, 1), at(0, 2), at(0, 3), at(0, 4)]);
});

test('a crossing that the nearest neighbour leaves is undone', () => {
  // From (0,0) the nearest is (0,1); going there first makes the way cross itself.
  const route = [at(0, 0), at(0, 1), at(-1.1, 0), at(-1.1, 1), at(0, 2)];
  const ordered = orderRoute(route);
  expect(ordered).toEqual([at(0, 0), at(-1.1, 0), at(-1.1, 1), at(0, 1), at(0, 2)]);
});

test('the way never becomes longer, and loses no stop', () => {
  const route = Array.from({ length: 25 }, (_, index) => at((index * 7) % 11, (index * 5) % 13));
  const ordered = orderRoute(route);
  expect(routeMetres(ordered)).toBeLessThan(routeMetres(route));
  expect([...ordered].sort(byPlace)).toEqual([...route].sort(byPlace));
});

test('two or three places have one order only', () => {
  expect(orderRoute([at(0, 0), at(5, 5), at(0, 1)])).toEqual([at(0, 0), at(5, 5), at(0, 1)]);
});

function byPlace(a: Place, b: Place): number {
  return a.lat - b.lat || a.lon - b.lon;
}
