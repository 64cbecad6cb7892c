import { expect, test } from 'vitest';
import { distanceMetres, parsePlace, parseRoute, placeText, routeMetres, routeText } from './geo.ts';

const cityHall = { lat: 37.5665, lon: 126.978 };
const namsan = { lat: 37.5512, lon: 126.9882 };

test('distances are great circles', () => {
  expect(Math.round(distanceMetres({ lat: 0, lon: 0 }, { lat: 0, lon: 180 }))).toBe(20_015_114);
  expect(Math.round(distanceMetres(cityHall, namsan))).toBe(1_924);
  expect(distanceMetres(cityHall, cityHall)).toBe(0);
});

test('a route is as long as its legs', () => {
  expect(routeMetres([cityHall, namsan, cityHall])).toBeCloseTo(2 * distanceMetres(cityHall, namsan), 6);
  expect(routeMetres([cityHall])).toBe(0);
});

test('places and routes are texts with six decimals', () => {
  expect(placeText(cityHall)).toBe('37.566500,126.978000');
  expect(parsePlace('37.566500,126.978000')).toEqual(cityHall);
  expect(parseRoute(routeText([cityHall, namsan]))).toEqual([cityHall, namsan]);
  expect(parseRoute('')).toEqual([]);
});
