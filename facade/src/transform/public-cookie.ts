import type { Transform } from '@banyan/routing-rules';

type CookieRules = Pick<Transform, 'cookiePath' | 'cookieDomain'>;

/**
 * A `Set-Cookie` value with the public path and domain; all else in it stays as it is.
 *
 * @see RFC 6265 5.2: attributes end with a semicolon whatever stands around them
 */
export function publicCookie(value: string, { cookiePath, cookieDomain }: CookieRules): string {
  const [pair = '', ...attributes] = value.split(';');
  // A browser refuses a `__Host-` cookie that has a domain or another path than "/".
  const isBoundToHost = /^\s*__Host-/i.test(pair);
  const kept = attributes.flatMap((attribute) => {
    const { name, given } = readAttribute(attribute);
    if (name === 'domain' && cookieDomain !== undefined)
      return cookieDomain === 'remove' || given === '' ? [] : ` Domain=${cookieDomain}`;
    if (name === 'path' && cookiePath && !isBoundToHost) return ` Path=${publicPath(given, cookiePath)}`;
    return attribute;
  });
  return [pair, ...kept].join(';');
}

function readAttribute(attribute: string): { readonly name: string; readonly given: string } {
  const at = attribute.indexOf('=');
  if (at < 0) return { name: attribute.trim().toLowerCase(), given: '' };
  return { name: attribute.slice(0, at).trim().toLowerCase(), given: attribute.slice(at + 1).trim() };
}

/** `/app/x` from `/app` to `/` is `/x`; `/application` is not below `/app`. */
function publicPath(path: string, { from, to }: NonNullable<CookieRules['cookiePath']>): string {
  const base = from.endsWith('/') ? from.slice(0, -1) : from;
  if (path !== from && path !== base && !path.startsWith(`${base}/`)) return path;
  const rest = path.slice(base.length);
  if (rest === '' || rest === '/') return to;
  return to.endsWith('/') ? to.slice(0, -1) + rest : to + rest;
}
