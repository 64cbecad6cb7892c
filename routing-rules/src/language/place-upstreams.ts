import { suggestion } from '../problem/did-you-mean.ts';
import type { Finding } from '../problem/finding.ts';

/** The value of a rules file with the addresses that this environment gives to its upstreams. */
export function placeUpstreams(
  value: unknown,
  urls: Readonly<Record<string, readonly string[]>>,
): { readonly value: unknown; readonly findings: readonly Finding[] } {
  if (!isMap(value) || !isMap(value['upstreams'])) return { value, findings: [] };
  const upstreams = value['upstreams'];
  const known = Object.keys(upstreams);
  const moved = Object.entries(upstreams).map(([name, upstream]): readonly [string, unknown] => [
    name,
    withUrls(upstream, Object.hasOwn(urls, name) ? urls[name] : undefined),
  ]);
  const findings = Object.keys(urls)
    .filter((name) => !Object.hasOwn(upstreams, name))
    .map((name) => unknownName(name, known));
  return { value: { ...value, upstreams: Object.fromEntries<unknown>(moved) }, findings };
}

function withUrls(upstream: unknown, given: readonly string[] | undefined): unknown {
  if (given === undefined || !isMap(upstream)) return upstream;
  const rest = Object.fromEntries(Object.entries(upstream).filter(([key]) => key !== 'url' && key !== 'urls'));
  return given.length === 1 ? { ...rest, url: given[0] } : { ...rest, urls: given };
}

function unknownName(name: string, known: readonly string[]): Finding {
  const message = `The environment gives an address to the upstream "${name}", which this file does not have.`;
  return { code: 'unknown-upstream', path: ['upstreams'], message, remedy: suggestion(name, known) };
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
