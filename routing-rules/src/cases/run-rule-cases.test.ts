import { describe, expect, test } from 'vitest';
import { readRoomFile } from '../testing/read-room-file.ts';
import { aCapability, rulesText, tableOf } from '../testing/rules-builder.ts';
import { formatCaseRun } from './format-case-run.ts';
import { runRuleCases, type CaseRun } from './run-rule-cases.ts';

const table = tableOf(
  rulesText({
    capabilities: {
      trips: { ...aCapability, anonymous: 'cookie' },
      past: { ...aCapability, flag: 'past', stage: 'complete' },
      next: { ...aCapability, flag: 'next', stage: 'shadow' },
    },
    routes: [
      { id: 'trips', methods: ['GET'], path: '/trips', capability: 'trips' },
      { id: 'v2', methods: ['GET'], path: '/v', headers: { 'x-v': '2' }, host: 'api.example', upstream: 'services' },
      { id: 'past', methods: ['GET'], path: '/past', capability: 'past' },
      { id: 'next', methods: ['GET'], path: '/next', capability: 'next' },
    ],
  }),
);

function run(cases: string): Extract<CaseRun, { kind: 'ran' }> {
  const result = runRuleCases(table, `version: 1\ncases:\n${cases}`);
  return result.kind === 'ran' ? result : expect.fail(JSON.stringify(result.problems));
}

const kindsOf = (cases: string) => run(cases).results.map(({ kind }) => kind);

test('the shipped cases pass and cover every route on each possible side', () => {
  const fleet = tableOf(readRoomFile('rules/fleet.rules.yaml'));
  const result = runRuleCases(fleet, readRoomFile('rules/fleet.cases.yaml'));
  if (result.kind !== 'ran') return expect.fail(JSON.stringify(result.problems));
  expect(result.results.filter(({ kind }) => kind !== 'passed')).toEqual([]);
  expect(
    result.coverage.routes.flatMap(({ routeId, sides }) =>
      sides.filter(({ caseCount }) => caseCount === 0).map(({ side }) => `${routeId} ${side}`),
    ),
  ).toEqual([]);
  expect(result.coverage.coveredCount).toBe(result.coverage.possibleCount);
  expect(result.results.length).toBeGreaterThan(60);
});

describe('a case', () => {
  test('states flags as on, off, for users or for a share', () => {
    expect(
      kindsOf(`
  - { name: on, request: { method: GET, path: /trips }, subject: 42, flags: { trips.cutover: true }, expect: { side: extracted } }
  - { name: off, request: { method: GET, path: /trips }, subject: 42, flags: { trips.cutover: false }, expect: { side: legacy } }
  - { name: not named, request: { method: GET, path: /trips }, subject: 42, expect: { side: legacy, reason: flag } }
  - { name: named, request: { method: GET, path: /trips }, subject: 42, flags: { trips.cutover: { users: ['42'] } }, expect: { side: extracted } }
  - { name: other, request: { method: GET, path: /trips }, subject: 43, flags: { trips.cutover: { users: [42] } }, expect: { side: legacy } }
  - { name: inside, request: { method: GET, path: /trips }, subject: 1, flags: { trips.cutover: { percent: 21 } }, expect: { side: extracted } }
  - { name: outside, request: { method: GET, path: /trips }, subject: 1, flags: { trips.cutover: { percent: 20 } }, expect: { side: legacy } }
`),
    ).toEqual(Array(7).fill('passed'));
  });

  test('may go by host, headers of any case, the cookie of nobody, and a local order', () => {
    expect(
      kindsOf(`
  - { name: host and header, request: { method: GET, path: /v, host: api.example, headers: { X-V: '2' } }, expect: { side: extracted, route: v2 } }
  - { name: no route, request: { method: GET, path: /v }, expect: { side: legacy, route: none, reason: unmatched } }
  - { name: cookie, request: { method: GET, path: /trips }, anonymousId: a1, flags: { trips.cutover: { users: [a1] } }, expect: { side: extracted } }
  - { name: order, request: { method: GET, path: /trips }, subject: 42, flags: { trips.cutover: true }, override: legacy, expect: { side: legacy, reason: override } }
`),
    ).toEqual(Array(4).fill('passed'));
  });

  test('that fails says what differs and why', () => {
    const result = run(
      `  - { name: wrong, request: { method: GET, path: /trips }, subject: 42, expect: { side: extracted, route: past, upstream: services, reason: stage } }`,
    );
    expect(result.results[0]).toMatchObject({
      kind: 'failed',
      name: 'wrong',
      differences: [
        { what: 'side', expected: 'extracted', actual: 'legacy' },
        { what: 'route', expected: 'past', actual: 'trips' },
        { what: 'upstream', expected: 'services', actual: 'legacy' },
        { what: 'reason', expected: 'stage', actual: 'flag' },
      ],
    });
    expect(formatCaseRun(result).slice(0, 6)).toEqual([
      'FAILED wrong',
      '  side is legacy, expected extracted',
      '  route is trips, expected past',
      '  upstream is legacy, expected services',
      '  reason is flag, expected stage',
      '    match: GET /trips is trips (/trips).',
    ]);
  });

  test('with a path that the facade refuses fails', () => {
    const result = run(`  - { name: hidden, request: { method: GET, path: /a%2fb }, expect: { side: legacy } }`);
    expect(formatCaseRun(result).slice(0, 2)).toEqual([
      'FAILED hidden',
      '  The path is refused with 400. It hides a slash as %2F.',
    ]);
  });
});

test('coverage counts what passed, for the sides that the stage allows', () => {
  const result = run(`
  - { name: covered, request: { method: GET, path: /trips }, subject: 42, expect: { side: legacy } }
  - { name: failed, request: { method: GET, path: /past }, subject: 42, expect: { side: legacy } }
`);
  expect(result.coverage).toEqual({
    coveredCount: 1,
    possibleCount: 5,
    routes: [
      {
        routeId: 'trips',
        sides: [
          { side: 'legacy', caseCount: 1 },
          { side: 'extracted', caseCount: 0 },
        ],
      },
      { routeId: 'v2', sides: [{ side: 'extracted', caseCount: 0 }] },
      { routeId: 'past', sides: [{ side: 'extracted', caseCount: 0 }] },
      { routeId: 'next', sides: [{ side: 'legacy', caseCount: 0 }] },
    ],
  });
  expect(formatCaseRun(result).slice(-5)).toEqual([
    'not covered: trips on extracted',
    'not covered: v2 on extracted',
    'not covered: past on extracted',
    'not covered: next on legacy',
    '1 of 2 cases passed; 1 of 5 sides of routes are covered.',
  ]);
});

test('a bad file of cases is refused with every problem and its place', () => {
  const result = runRuleCases(
    table,
    `version: 1
cases:
  - { name: a, request: { method: GTE, path: /trips }, flags: { trip.cutover: true }, expect: { side: extracted, route: trip } }
  - { nme: b, request: { method: GET, path: / }, expect: { side: legacy, upstream: service } }
`,
    { path: 'my.cases.yaml' },
  );
  expect(result).toMatchObject({
    kind: 'refused',
    problems: [
      {
        file: 'my.cases.yaml',
        code: 'unknown-value',
        ruleId: 'a',
        path: 'cases[0].request.method',
        line: 3,
        column: 35,
        remedy: 'Did you mean "GET"?',
      },
      {
        code: 'unknown-flag',
        path: 'cases[0].flags["trip.cutover"]',
        line: 3,
        remedy: 'Did you mean "trips.cutover"?',
      },
      { code: 'unknown-route', path: 'cases[0].expect.route', line: 3, remedy: 'Did you mean "trips"?' },
      { code: 'missing', path: 'cases[1].name', line: 4, column: 5 },
      { code: 'unknown-key', path: 'cases[1].nme', line: 4, column: 7, remedy: 'Did you mean "name"?' },
      { code: 'unknown-upstream', path: 'cases[1].expect.upstream', line: 4, remedy: 'Did you mean "services"?' },
    ],
  });
});

test('a file that is no YAML is refused', () => {
  expect(runRuleCases(table, 'cases: [')).toMatchObject({ kind: 'refused', problems: [{ code: 'yaml-syntax' }] });
});
