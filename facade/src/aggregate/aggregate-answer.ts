import type { AggregatePart } from '@banyan/routing-rules';
import { readDirectives, secondsOf } from '../cache/directives.ts';
import type { HeaderMap } from '../cache/header-map.ts';
import { titleOf, type PartResult } from './part-result.ts';

export interface NamedResult {
  readonly part: Pick<AggregatePart, 'name' | 'isRequired'>;
  readonly result: PartResult;
}

export interface AggregateAnswer {
  readonly status: number;
  /** Flat. */
  readonly headers: readonly string[];
  readonly body: string;
}

/**
 * The document of all parts, in the order of the rule: each part's JSON as it came, or null with an entry under `errors`.
 * Without a required part it is a problem document (RFC 9457) with the same entries.
 */
export function aggregateAnswer(results: readonly NamedResult[]): AggregateAnswer {
  const failed = results.find(({ part, result }) => part.isRequired && result.kind !== 'there');
  const sides = results.map(({ part, result }) => `${part.name}=${result.side ?? 'none'}`).join(', ');
  const headers = (type: string, caching: readonly string[]) => [
    ...['content-type', type, 'x-banyan-side', sides],
    ...caching,
  ];
  if (!failed || failed.result.kind === 'there')
    return { status: 200, headers: headers('application/json', cachingOf(results)), body: documentOf(results) };
  const status = statusFor(failed.result);
  const never = ['cache-control', 'no-store'];
  return {
    status,
    headers: headers('application/problem+json', never),
    body: problemOf(failed.part.name, status, results),
  };
}

function documentOf(results: readonly NamedResult[]): string {
  const parts = results.map(
    ({ part, result }) => `${JSON.stringify(part.name)}:${result.kind === 'there' ? result.json : 'null'}`,
  );
  return `{${[...parts, `"errors":${JSON.stringify(errorsOf(results))}`].join(',')}}`;
}

function problemOf(name: string, status: number, results: readonly NamedResult[]): string {
  return JSON.stringify({
    type: '/problems/part-missing',
    title: titleOf(status),
    status,
    detail: `The part "${name}", without which there is no answer, is missing. "parts" says why.`,
    parts: errorsOf(results),
  });
}

function errorsOf(results: readonly NamedResult[]) {
  return Object.fromEntries(
    results.flatMap(({ part, result }) =>
      result.kind === 'there'
        ? []
        : [[part.name, { status: result.status, title: titleOf(result.status), kind: result.kind }] as const],
    ),
  );
}

/** What the side says to the caller about a required part is said to him; all else is a failure behind the facade. */
function statusFor({ kind, status }: Exclude<PartResult, { readonly kind: 'there' }>): number {
  if (kind === 'timed-out') return 504;
  if (kind === 'refused' || (kind === 'answered' && status >= 400 && status < 500)) return status;
  return 502;
}

/** As fresh as its oldest part, for the caller alone; not at all when one part is missing or does not allow it. */
function cachingOf(results: readonly NamedResult[]): readonly string[] {
  const lifetimes = results.map(({ result }) => (result.kind === 'there' ? secondsLeft(result.headers) : 0));
  const varied = results.flatMap(({ result }) => (result.kind === 'there' ? variedBy(result.headers) : []));
  const seconds = Math.min(...lifetimes);
  if (seconds <= 0 || varied.includes('*')) return ['cache-control', 'no-store'];
  const vary = [...new Set(['authorization', 'cookie', ...varied])].join(', ');
  return ['cache-control', `private, max-age=${seconds}`, 'vary', vary];
}

function secondsLeft(headers: HeaderMap): number {
  const directives = readDirectives(headers['cache-control']);
  if (directives.has('no-store') || directives.has('no-cache')) return 0;
  return (secondsOf(directives.get('max-age')) ?? 0) - (secondsOf(headers['age']) ?? 0);
}

function variedBy(headers: HeaderMap): readonly string[] {
  const names = (headers['vary'] ?? '').split(',').map((name) => name.trim().toLowerCase());
  return names.filter((name) => name !== '');
}
