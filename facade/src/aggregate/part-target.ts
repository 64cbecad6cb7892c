import { fillPartPath, type AggregatePart } from '@banyan/routing-rules';

/**
 * What a part asks for, given what the client asked for.
 *
 * @returns undefined when the request has not what the part's path needs
 */
export function partTarget(part: AggregatePart, target: string): string | undefined {
  const queryAt = target.indexOf('?');
  const publicPath = queryAt < 0 ? target : target.slice(0, queryAt);
  const query = new URLSearchParams(queryAt < 0 ? '' : target.slice(queryAt));
  const path = fillPartPath(part.path, publicPath, (name) => query.get(name) ?? undefined);
  if (path === undefined) return undefined;
  const passed = part.query.flatMap((name) => query.getAll(name).map((value): [string, string] => [name, value]));
  return passed.length === 0 ? path : `${path}?${new URLSearchParams(passed).toString()}`;
}
