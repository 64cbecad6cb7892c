import { describe, expect, test } from 'vitest';
import { documentOf, problemsOf, rulesText } from '../../testing/rules-builder.ts';

type Sections = Readonly<Record<string, unknown>>;

const trips = { id: 'trips', methods: ['GET'], path: '/trips/{tripId}', capability: 'trips' };
const overview = { id: 'overview', methods: ['GET'], path: '/overview/{tripId}' };
const part = { path: '/trips/{tripId}' };

function textWith(aggregate: unknown, route: Sections = {}, others: readonly unknown[] = [trips]): string {
  return rulesText({ routes: [{ ...overview, ...route, aggregate }, ...others] });
}

function codesOf(...given: Parameters<typeof textWith>): readonly string[] {
  return problemsOf(textWith(...given)).map(({ code, path }) => `${code} ${path}`);
}

describe('an aggregate', () => {
  test('has 1 to 8 parts', () => {
    const many = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, part]));
    expect(codesOf({ parts: {} })).toEqual(['out-of-range routes[0].aggregate.parts']);
    expect(codesOf({ parts: many(9) })).toEqual(['out-of-range routes[0].aggregate.parts']);
    expect(documentOf(textWith({ parts: many(8) }))).toBeDefined();
  });

  test('is for GET alone', () => {
    const codes = codesOf({ parts: { trip: part } }, { methods: ['GET', 'POST'], access: 'read' });
    expect(codes).toEqual(['aggregate-needs-get routes[0].aggregate']);
  });

  test.each([
    ['capability', 'trips'],
    ['upstream', 'legacy'],
    ['transform', { path: '/x' }],
    ['cache', true],
    ['mirror', true],
    ['mirror', { upstream: 'legacy' }],
    ['timeouts', { totalMs: 1 }],
    ['scope', { from: 'subject' }],
    ['subject', { from: 'cookie' }],
  ])('has no %s of its own', (key, value) => {
    expect(codesOf({ parts: { trip: part } }, { [key]: value })).toEqual([`aggregate-has-target routes[0].${key}`]);
  });
});

describe('a part', () => {
  test('has a name, which is not "errors"', () => {
    expect(codesOf({ parts: { errors: part } })).toEqual(['bad-name routes[0].aggregate.parts.errors']);
    expect(codesOf({ parts: { 'two words': part } })).toEqual(['bad-name routes[0].aggregate.parts["two words"]']);
  });

  test('has a path of parameters that the route or its query has', () => {
    expect(codesOf({ parts: { trip: { path: 'trips' } } })).toEqual([
      'bad-pattern routes[0].aggregate.parts.trip.path',
    ]);
    expect(codesOf({ parts: { trip: { path: '/trips/{id}' } } })).toEqual([
      'unknown-parameter routes[0].aggregate.parts.trip.path',
    ]);
    expect(documentOf(textWith({ query: ['id'], parts: { trip: { path: '/trips/{id}' } } }))).toBeDefined();
  });

  test.each([{ timeoutMs: 0 }, { timeoutMs: 600_001 }, { maxBytes: 0 }, { maxBytes: 16_777_217 }])(
    'has bounds: %j',
    (bound) => {
      expect(codesOf({ parts: { trip: { ...part, ...bound } } })).toEqual([
        `out-of-range routes[0].aggregate.parts.trip.${Object.keys(bound)[0] ?? ''}`,
      ]);
    },
  );

  test('does not fall under an aggregate', () => {
    expect(codesOf({ parts: { again: { path: '/overview/{tripId}' } } })).toEqual([
      'aggregate-in-aggregate routes[0].aggregate.parts.again.path',
    ]);
    expect(codesOf({ parts: { again: { path: '/overview/7' } } })).toEqual([
      'aggregate-in-aggregate routes[0].aggregate.parts.again.path',
    ]);
  });

  test('may lie beside an aggregate, where a more specific route takes it', () => {
    const wide = { path: '/{rest*}' };
    expect(documentOf(textWith({ parts: { trip: { path: '/trips/7' } } }, wide))).toBeDefined();
    expect(codesOf({ parts: { other: { path: '/other' } } }, wide)).toEqual([
      'aggregate-in-aggregate routes[0].aggregate.parts.other.path',
    ]);
  });
});
