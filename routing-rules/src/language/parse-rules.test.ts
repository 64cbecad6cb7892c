import { describe, expect, test } from 'vitest';
import { aCapability, documentOf, problemsOf, rulesText, someUpstreams } from '../testing/rules-builder.ts';
import { readRoomFile } from '../testing/read-room-file.ts';

test('the shipped rules are accepted', () => {
  expect(documentOf(readRoomFile('rules/fleet.rules.yaml')).routes.length).toBe(27);
});

test('a document is frozen and has its defaults filled in', () => {
  const document = documentOf(
    rulesText({ routes: [{ id: 'trips', methods: ['GET'], path: '/trips', capability: 'trips' }] }),
  );
  expect(document.upstreams['legacy']?.caseSensitivePaths).toBe(true);
  expect(document.defaults.subject).toEqual({ from: 'token', claim: 'sub' });
  expect(document.capabilities['trips']?.anonymous).toBe('legacy');
  expect(document.routes[0]?.scope).toEqual({ from: 'subject' });
  expect(Object.isFrozen(document.routes[0]?.scope)).toBe(true);
});

test('every problem is collected, in the order of the lines', () => {
  const text = [
    'version: 1',
    'upstreams:',
    '  legacy: { side: legacy, url: "ftp://legacy", colour: green }',
    '  services: { side: extracted, url: http://services:3000 }',
    'defaults: { upstream: lagacy }',
    'capabilities:',
    '  trips: { flag: trips.cutover, stage: liv, handover: fenced, legacy: services, extracted: services, rollout: { percent: 120 } }',
    'routes:',
    '  - id: trips.read',
    '    methods: [GET, POST]',
    '    path: /trips/:id',
    '    capability: trip',
    '  - { id: trips.read, methods: [POST], path: "/x/{y}", scope: { from: path, name: z } }',
    '  - { id: again, methods: [POST], path: "/x/{z}", upstream: legacy }',
  ].join('\n');
  expect(problemsOf(text).map(({ line, column, path, code }) => `${line}:${column} ${path} ${code}`)).toEqual([
    '3:32 upstreams.legacy.url bad-url',
    '3:48 upstreams.legacy.colour unknown-key',
    '5:23 defaults.upstream unknown-upstream',
    '7:40 capabilities.trips.stage unknown-value',
    '7:55 capabilities.trips.handover handover-not-available',
    '7:71 capabilities.trips.legacy wrong-side',
    '7:111 capabilities.trips.rollout.stickiness percent-without-stickiness',
    '7:122 capabilities.trips.rollout.percent out-of-range',
    '10:14 routes[0].methods access-unclear',
    '11:11 routes[0].path bad-pattern',
    '12:17 routes[0].capability unknown-capability',
    '13:5 routes[1] write-without-owner',
    '13:11 routes[1].id duplicate-id',
    '13:83 routes[1].scope.name scope-parameter-missing',
    '14:41 routes[2].path duplicate-route',
  ]);
});

test('a problem names the file and the rule it is about', () => {
  const [problem] = problemsOf(
    rulesText({ routes: [{ id: 'trips', methods: ['GET'], path: '/', capability: 'trip' }] }),
    { path: 'x/y.yaml' },
  );
  expect(problem).toMatchObject({
    file: 'x/y.yaml',
    ruleId: 'trips',
    message: 'There is no capability "trip".',
    remedy: 'Did you mean "trips"?',
  });
});

describe('the shape of the file', () => {
  const oneProblem = (sections: Readonly<Record<string, unknown>>) => {
    const problems = problemsOf(rulesText(sections));
    expect(problems.length).toBe(1);
    return problems.map(({ code, path, message, remedy }) => `${code} ${path}: ${message} ${remedy}`)[0];
  };

  test('an empty file says what belongs there', () => {
    expect(problemsOf('')).toMatchObject([{ code: 'wrong-type', path: '', line: 1, column: 1 }]);
  });

  test('an unknown key gets the nearest one', () => {
    expect(oneProblem({ capabilties: {} })).toBe(
      'unknown-key capabilties: There is no key "capabilties" here. Did you mean "capabilities"?',
    );
  });

  test('an unknown key inside a choice gets the keys of all choices', () => {
    expect(
      oneProblem({ defaults: { upstream: 'legacy', subject: { from: 'header', name: 'x-user', clam: 'sub' } } }),
    ).toBe('unknown-key defaults.subject.clam: There is no key "clam" here. Did you mean "claim"?');
  });

  test('a missing key is explained', () => {
    const { flag, ...withoutFlag } = aCapability;
    expect(flag).toBe('trips.cutover');
    expect(oneProblem({ capabilities: { trips: withoutFlag } })).toBe(
      'missing capabilities.trips.flag: "flag" is missing. Add it. Name of the feature flag, asked once per scope.',
    );
  });

  test('an unknown stage gets the stages', () => {
    expect(oneProblem({ capabilities: { trips: { ...aCapability, stage: 'alive' } } })).toBe(
      'unknown-value capabilities.trips.stage: "alive" is not one of off, dualwrite, shadow, live, rampdown, complete. Did you mean "live"?',
    );
  });

  test('another version is refused', () => {
    expect(oneProblem({ version: 2 })).toBe('unknown-value version: 2 is not one of 1. Use one of: 1.');
  });

  test('text instead of a map is refused', () => {
    expect(oneProblem({ routes: 'none' })).toBe(
      'wrong-type routes: This is the text "none", but must be a list. The most specific path wins; among equals, the first one.',
    );
  });

  test('a percentage finer than 0.01 is refused', () => {
    const rollout = { percent: 1.234, stickiness: 'scope' };
    expect(oneProblem({ capabilities: { trips: { ...aCapability, rollout } } })).toBe(
      'out-of-range capabilities.trips.rollout.percent: 1.234 is not a multiple of 0.01. 0 to 100 in steps of 0.01.',
    );
  });

  test.each([0, 0.01, 0.07, 12.34, 99.99, 100])('a percentage of %d is accepted', (percent) => {
    const rollout = { percent, stickiness: 'scope' };
    expect(
      documentOf(rulesText({ capabilities: { trips: { ...aCapability, rollout } } })).capabilities['trips']?.rollout
        ?.percent,
    ).toBe(percent);
  });

  test('names from the prototype of objects are as unknown as others', () => {
    expect(oneProblem({ routes: [{ id: 'a', methods: ['GET'], path: '/', capability: 'constructor' }] })).toContain(
      'unknown-capability',
    );
    expect(oneProblem({ defaults: { upstream: 'toString' } })).toContain('unknown-upstream');
    expect(problemsOf('{ "__proto__": { "x": 1 } }').map(({ code }) => code)).toContain('unknown-key');
  });
});

describe('addresses from the environment', () => {
  test('take the place of those in the file', () => {
    const document = documentOf(rulesText(), { upstreamUrls: { services: ['http://10.0.0.7:4000'] } });
    expect(document.upstreams['services']?.url).toBe('http://10.0.0.7:4000');
    expect(document.upstreams['legacy']?.url).toBe(someUpstreams.legacy.url);
  });

  test('are checked as those in the file are', () => {
    expect(problemsOf(rulesText(), { upstreamUrls: { services: ['nowhere'] } })).toMatchObject([
      { code: 'bad-url', path: 'upstreams.services.url' },
    ]);
  });

  test('for an upstream that the file does not have are refused', () => {
    expect(problemsOf(rulesText(), { upstreamUrls: { service: ['http://a'] } })).toMatchObject([
      { code: 'unknown-upstream', path: 'upstreams', remedy: 'Did you mean "services"?' },
    ]);
  });
});
