import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { distanceMetres, routeMetres } from './geo.ts';

const place = fc.record({
  lat: fc.double({ min: -90, max: 90, noNaN: true }),
  lon: fc.double({ min: -180, max: 180, noNaN: true }),
});
const halfTheEarthMetres = 20_015_115;

describe('a distance', () => {
  test('from Seoul to Busan is 325 km', () => {
    const metres = distanceMetres({ lat: 37.5665, lon: 126.978 }, { lat: 35.1796, lon: 129.0756 });
    expect(metres / 1000).toBeCloseTo(325.1, 1);
  });

  test('over the date line is short', () => {
    expect(distanceMetres({ lat: 0, lon: 179.9 }, { lat: 0, lon: -179.9 })).toBeLessThan(22_300);
  });

  property.prop([place, place])('is the same both ways, and never more than half the Earth', (from, to) => {
    const metres = distanceMetres(from, to);
    expect(metres).toBeCloseTo(distanceMetres(to, from), 3);
    expect(metres).toBeGreaterThanOrEqual(0);
    expect(metres).toBeLessThan(halfTheEarthMetres);
  });

  property.prop([place])('from a place to itself is nothing', (somewhere) => {
    expect(distanceMetres(somewhere, somewhere)).toBe(0);
  });
});

test('a route is as long as its legs', () => {
  const [a, b, c] = [
    { lat: 0, lon: 0 },
    { lat: 1, lon: 0 },
    { lat: 1, lon: 1 },
  ];
  expect(routeMetres([a, b, c])).toBeCloseTo(distanceMetres(a, b) + distanceMetres(b, c), 6);
  expect(routeMetres([a])).toBe(0);
});
