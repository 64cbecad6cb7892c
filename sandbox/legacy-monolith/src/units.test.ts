import { expect, test } from 'vitest';
import * as units from './units.ts';

test('legacy units become metric ones, rounded to what clients get', () => {
  expect(units.milesToMetres(12.34)).toBe(19_859);
  expect(units.gallonsToLitres(9.99)).toBe(37.82);
  expect(units.mphToMetresPerSecond(27.5)).toBe(12.29);
});

test('metric units become legacy ones, rounded to what the columns hold', () => {
  expect(units.metresToMiles(19_859)).toBe(12.34);
  expect(units.litresToGallons(37.85)).toBe(10);
  expect(units.metresPerSecondToMph(12.3)).toBe(27.5);
});
