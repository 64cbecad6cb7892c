import type { RulesDocument, RouteRule } from '../language/rules-document.ts';
import type { RouteRequest } from '../table/route-request.ts';

/**
 * What matching means, written down without an index: try every route, keep those that fit, take the most specific.
 * For tests; it shares no code with the matcher.
 */
export function referenceMatch(document: RulesDocument, request: RouteRequest): string | undefined {
  const fitting = document.routes.filter((route) => fits(route, document, request));
  const [best] = fitting.toSorted(
    (one, other) => compareSpecificity(one, other) || document.routes.indexOf(one) - document.routes.indexOf(other),
  );
  return best?.id;
}

function fits(route: RouteRule, document: RulesDocument, request: RouteRequest): boolean {
  const hostFits = route.host === undefined || route.host === request.host;
  return (
    hostFits && methodFits(route, request) && headersFit(route, request) && pathFits(route, document, request.path)
  );
}

function methodFits({ methods }: RouteRule, { method }: RouteRequest): boolean {
  return methods.some((one) => one === 'ANY' || one === method || (one === 'GET' && method === 'HEAD'));
}

function headersFit({ headers = {}, mediaType }: RouteRule, request: RouteRequest): boolean {
  const accepted = String(request.headers?.['accept'])
    .split(', ')
    .map((range) => range.split(';')[0]);
  const isEqual = Object.entries(headers).every(([name, value]) => request.headers?.[name] === value);
  return isEqual && (mediaType === undefined || accepted.includes(mediaType));
}

function pathFits(route: RouteRule, document: RulesDocument, path: string): boolean {
  const mindsCase = document.upstreams[route.upstream ?? 'legacy']?.caseSensitivePaths !== false;
  const pattern = partsOf(route.path);
  const actual = partsOf(path);
  const isTail = pattern.at(-1)?.endsWith('*}') === true;
  const fixed = isTail ? pattern.slice(0, -1) : pattern;
  if (isTail ? actual.length < fixed.length : actual.length !== fixed.length) return false;
  return fixed.every((part, index) => {
    const name = actual[index] ?? '';
    return part.startsWith('{') || (mindsCase ? part === name : part.toLowerCase() === name.toLowerCase());
  });
}

function compareSpecificity(one: RouteRule, other: RouteRule): number {
  if ((one.host === undefined) !== (other.host === undefined)) return one.host === undefined ? 1 : -1;
  const ranksOfOne = ranksOf(one.path);
  const ranksOfOther = ranksOf(other.path);
  const length = Math.max(ranksOfOne.length, ranksOfOther.length);
  for (let index = 0; index < length; index++) {
    const difference = (ranksOfOne[index] ?? 0) - (ranksOfOther[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Literal 0, parameter 1, tail 2; a path that ends is as specific as a literal. */
function ranksOf(path: string): readonly number[] {
  return partsOf(path).map((part) => (part.endsWith('*}') ? 2 : part.startsWith('{') ? 1 : 0));
}

function partsOf(path: string): readonly string[] {
  return path.split('/').filter((part) => part !== '');
}
