import { expect, test } from 'vitest';
import { closestName, editDistance, suggestion } from './did-you-mean.ts';

test.each([
  ['', '', 0],
  ['trips', 'trips', 0],
  ['trip', 'trips', 1],
  ['trisp', 'trips', 1],
  ['tirps', 'trips', 1],
  ['drips', 'trips', 1],
  ['kitten', 'sitting', 3],
])('from "%s" to "%s" it is %i steps', (from, to, distance) => {
  expect(editDistance(from, to, 5)).toBe(distance);
});

test('names that differ much in length are not compared', () => {
  expect(editDistance('a', 'abcdef', 2)).toBe(3);
});

test('the nearest name is meant, whatever its case', () => {
  expect(closestName('Capabilty', ['upstream', 'capability', 'capabilities'])).toBe('capability');
});

test('a word that resembles nothing gets the list', () => {
  expect(closestName('side', ['url', 'timeouts'])).toBeUndefined();
  expect(suggestion('side', ['url', 'timeouts'])).toBe('Use one of: url, timeouts.');
});

test('where there is nothing yet, it says so', () => {
  expect(suggestion('trips', [])).toBe('There is none yet; define it first.');
});
