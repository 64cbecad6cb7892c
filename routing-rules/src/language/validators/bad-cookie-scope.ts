import type { Finding } from '../../problem/finding.ts';
import { transformLayersOf } from './transform-layers.ts';
import type { Validator } from './validator.ts';

/** RFC 6265 4.1.1: neither a control character nor the semicolon that ends an attribute. */
const cookiePath = /^\/[\x21-\x3a\x3c-\x7e]*$/;
const cookieDomain = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

export const badCookieScope: Validator = (draft) =>
  transformLayersOf(draft).flatMap(({ layer, path }): readonly Finding[] => {
    const { from, to } = layer.cookiePath ?? {};
    return [
      ...check(from, cookiePath, [...path, 'cookiePath', 'from'], pathRemedy),
      ...check(to, cookiePath, [...path, 'cookiePath', 'to'], pathRemedy),
      ...check(layer.cookieDomain, cookieDomain, [...path, 'cookieDomain'], domainRemedy),
    ];
  });

const pathRemedy = 'Write an absolute path without spaces and semicolons, such as /app.';
const domainRemedy = 'Write a domain in lower case without a dot in front, or "remove".';

function check(value: string | undefined, form: RegExp, path: Finding['path'], remedy: string): readonly Finding[] {
  if (value === undefined || (value.length <= 253 && form.test(value))) return [];
  return [{ code: 'bad-cookie-scope', path, message: `${JSON.stringify(value)} cannot stand in a cookie.`, remedy }];
}
