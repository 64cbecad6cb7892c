import { expect, test } from 'vitest';
import { parsePathPattern } from './path-pattern.ts';

test('a pattern has literals, parameters and, at its end, a tail', () => {
  expect(parsePathPattern('/trips/{tripId}/{rest*}')).toEqual({
    kind: 'pattern',
    segments: [
      { kind: 'literal', name: 'trips' },
      { kind: 'parameter', name: 'tripId' },
      { kind: 'tail', name: 'rest' },
    ],
  });
});

test('the root is a pattern without segments', () => {
  expect(parsePathPattern('/')).toEqual({ kind: 'pattern', segments: [] });
});

test.each([
  ['/caf%C3%A9', 'café'],
  ['/지역', '지역'],
  ['/My%20App', 'My App'],
  ['/users:login', 'users:login'],
  ['/.well-known', '.well-known'],
])('the literal of %s is compared as %s', (pattern, name) => {
  expect(parsePathPattern(pattern)).toEqual({ kind: 'pattern', segments: [{ kind: 'literal', name }] });
});

test.each([
  ['trips', 'Write "/trips".'],
  ['', 'Write "/".'],
  ['/trips/', 'Leave it out; requests match with and without it.'],
  ['/trips/:tripId', 'Write "{tripId}".'],
  ['/trips/*', 'Write "{rest*}" as the last segment.'],
  ['/trips/**', 'Write "{rest*}" as the last segment.'],
  ['/trips/{tripId}.json', 'A parameter is a whole segment, such as {tripId}.'],
  ['/trips/{}', 'A name is letters, digits and underscores and starts with a letter.'],
  ['/trips/{7}', 'A name is letters, digits and underscores and starts with a letter.'],
  ['/trips/{__proto__}', 'A name is letters, digits and underscores and starts with a letter.'],
  ['/{id}/x/{id}', 'Give each parameter its own name.'],
  ['/{rest*}/x', 'Put "{rest*}" last.'],
  ['/a//b', 'Leave out empty and dot segments, "?", "#", ";", "\\" and spaces.'],
  ['/a/../b', 'Leave out empty and dot segments, "?", "#", ";", "\\" and spaces.'],
  ['/a/%2e%2e', 'Leave out empty and dot segments, "?", "#", ";", "\\" and spaces.'],
  ['/a%2Fb', 'Leave out empty and dot segments, "?", "#", ";", "\\" and spaces.'],
  ['/a%zz', 'Leave out empty and dot segments, "?", "#", ";", "\\" and spaces.'],
  ['/a?b', 'Leave out empty and dot segments, "?", "#", ";", "\\" and spaces.'],
  ['/a;b', 'Leave out empty and dot segments, "?", "#", ";", "\\" and spaces.'],
  ['/a b', 'Leave out empty and dot segments, "?", "#", ";", "\\" and spaces.'],
  ['/a%00', 'Leave out empty and dot segments, "?", "#", ";", "\\" and spaces.'],
  ['/a'.repeat(17), 'Use at most 16; "{rest*}" stands for any number.'],
])('%s is refused with advice', (pattern, remedy) => {
  expect(parsePathPattern(pattern)).toMatchObject({ kind: 'bad', remedy });
});
