import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { routeMetres } from './geo.ts';
import { optimiseRoute } from './optimise-route.ts';
import type { Place } from './trip.ts';

const degree = (limit: number) =>
  fc.integer({ min: -limit * 1e6, max: limit * 1e6 }).map((millionths) => millionths / 1e6);
const place: fc.Arbitrary<Place> = fc.record({ lat: degree(90), lon: degree(180) });
const waypoints = fc.array(place, { minLength: 2, maxLength: 25 });

const sorted = (route: readonly Place[]): readonly string[] => route.map(({ lat, lon }) => `${lat},${lon}`).sort();
const at = (lon: number): Place => ({ lat: 0, lon });

describe('an optimised route', () => {
  property.prop([waypoints])('keeps its ends', (given) => {
    const { waypoints: route } = optimiseRoute(given);
    expect([route[0], route.at(-1)]).toEqual([given[0], given.at(-1)]);
  });

  property.prop([waypoints])('visits every waypoint exactly once', (given) => {
    expect(sorted(optimiseRoute(given).waypoints)).toEqual(sorted(given));
  });

  property.prop([waypoints])('is never longer than the order it came in', (given) => {
    expect(routeMetres(optimiseRoute(given).waypoints)).toBeLessThanOrEqual(routeMetres(given));
  });

  property.prop([waypoints])('is always the same for the same waypoints', (given) => {
    expect(optimiseRoute(given)).toEqual(optimiseRoute(given.map((each) => ({ ...each }))));
  });

  property.prop([waypoints])('has its length in whole metres', (given) => {
    const route = optimiseRoute(given);
    expect(route.distanceMetres).toBe(Math.round(routeMetres(route.waypoints)));
  });

  test('visits places on a line in their order', () => {
    const given = [at(0), at(3), at(1), at(4), at(2), at(5)];
    expect(optimiseRoute(given).waypoints).toEqual([0, 1, 2, 3, 4, 5].map(at));
  });

  test('is turned around where the nearest neighbour leads astray', () => {
    expect(optimiseRoute([at(0), at(1), at(-1.2), at(2)]).waypoints).toEqual([0, -1.2, 1, 2].map(at));
  });

  test('stays as it came where the search finds only longer ones', () => {
    const given = [
      { lat: 5, lon: 9 },
      { lat: 3, lon: 2 },
      { lat: 1, lon: 1 },
      { lat: 2, lon: 0 },
      { lat: 10, lon: 1 },
    ];
    expect(optimiseRoute(given).waypoints).toEqual(given);
  });
});
