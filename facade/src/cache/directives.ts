/** Value of a directive, or true where it has none. Names are in lower case. */
export type Directives = ReadonlyMap<string, string | true>;

const directive = /([^\s,=";]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,;]*)))?/g;

/**
 * Reads `Cache-Control`. A quoted value is one value, whatever commas are in it; a directive that comes twice with different
 * values is invalid, which means zero (RFC 9111 4.2.1: what is invalid counts as stale).
 */
export function readDirectives(value: string | undefined): Directives {
  const directives = new Map<string, string | true>();
  for (const [, name = '', quoted, plain] of (value ?? '').matchAll(directive)) {
    const key = name.toLowerCase();
    const given = quoted ?? plain ?? true;
    const earlier = directives.get(key);
    directives.set(key, earlier === undefined || earlier === given ? given : '0');
  }
  return directives;
}

/** A number of seconds as RFC 9111 1.2.2 has it; undefined for anything else. */
export function secondsOf(value: string | true | undefined): number | undefined {
  return typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : undefined;
}

const timed = ['max-age', 's-maxage', 'min-fresh'];
const plain = ['no-cache', 'no-store', 'private', 'public'];

/**
 * The directives that matter to us, spelled for a reader that knows neither quotes nor capitals. Left out is what allows
 * stale answers: `max-stale` of a client would override what the side forbids (kornelski/http-cache-semantics#56). Nothing
 * stale is ever served here, which is all that `must-revalidate` wants.
 */
export function plainDirectives(directives: Directives): string {
  return [
    ...timed.filter((name) => directives.has(name)).map((name) => `${name}=${secondsOf(directives.get(name)) ?? 0}`),
    ...plain.filter((name) => directives.has(name)),
  ].join(', ');
}
