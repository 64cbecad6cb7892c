import fc from 'fast-check';
import { parseRules } from '../language/parse-rules.ts';
import type { RulesDocument } from '../language/rules-document.ts';
import type { RouteRequest } from '../table/route-request.ts';
import { rulesText } from './rules-builder.ts';

const names = ['a', 'B', 'b', '7'];
const literals = fc.constantFrom(...names);
const segments = fc.oneof({ weight: 3, arbitrary: literals }, { weight: 2, arbitrary: fc.constant('{}') });
const paths = fc
  .record({ segments: fc.array(segments, { maxLength: 3 }), hasTail: fc.boolean() })
  .map(({ segments: parts, hasTail }) => {
    const named = parts.map((part, index) => (part === '{}' ? `{p${index}}` : part));
    return `/${[...named, ...(hasTail ? ['{rest*}'] : [])].join('/')}`;
  });
const methods = fc.oneof(
  fc.constant(['ANY']),
  fc.uniqueArray(fc.constantFrom('GET', 'HEAD', 'POST'), { minLength: 1, maxLength: 2 }),
);
const hosts = fc.constantFrom(undefined, undefined, 'one.example', 'two.example');
const headers = fc.constantFrom(undefined, undefined, { 'x-v': '1' }, { 'x-v': '2' }, { 'x-v': '1', 'x-w': '1' });
const mediaTypes = fc.constantFrom(undefined, undefined, 'a/b');
const upstreams = fc.constantFrom('legacy', 'relaxed');
const route = fc.record({ methods, path: paths, host: hosts, headers, mediaType: mediaTypes, upstream: upstreams });

/**
 * Files of rules in which routes crowd a few paths, so that precedence matters; routes that the validator calls unreachable
 * are taken out one by one until it accepts the rest.
 */
export const crowdedRules: fc.Arbitrary<RulesDocument> = fc
  .array(route, { minLength: 1, maxLength: 12 })
  .map((routes) => {
    let left = routes.map((one, index) => ({ ...one, id: `r${index}` }));
    for (;;) {
      const reading = parseRules(rulesText({ upstreams: crowdedUpstreams, routes: left }));
      if (reading.kind === 'parsed') return reading.document;
      const dead = new Set(reading.problems.map(({ ruleId }) => ruleId));
      left = left.filter(({ id }) => !dead.has(id));
    }
  });

const crowdedUpstreams = {
  legacy: { side: 'legacy', url: 'http://legacy' },
  relaxed: { side: 'legacy', url: 'http://relaxed', caseSensitivePaths: false },
  services: { side: 'extracted', url: 'http://services' },
};

/** Requests that fall into the crowd, or just beside it. */
export const crowdedRequests: fc.Arbitrary<RouteRequest> = fc.record({
  method: fc.constantFrom('GET', 'HEAD', 'POST', 'DELETE'),
  path: fc.array(fc.constantFrom(...names, 'A', 'x'), { maxLength: 4 }).map((parts) => `/${parts.join('/')}`),
  host: fc.constantFrom(undefined, 'one.example', 'two.example', 'three.example'),
  headers: fc.constantFrom(
    {},
    { 'x-v': '1' },
    { 'x-v': '2', accept: 'a/b' },
    { 'x-v': '1', 'x-w': '1', accept: 'c/d, a/b;q=0.1' },
  ),
});
