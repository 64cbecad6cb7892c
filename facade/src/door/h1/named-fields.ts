import type { IncomingHttpHeaders } from 'node:http';
import { lowerNameOf } from '../../http1/field-names.ts';

/**
 * The fields of a request by their lower-case names, joined as Node joins them.
 *
 * @param raw - flat
 * @returns undefined when there is more than one length
 */
export function namedFields(raw: readonly string[]): IncomingHttpHeaders | undefined {
  const named = Object.create(null) as IncomingHttpHeaders;
  for (let index = 0; index < raw.length; index += 2) {
    const lowerName = lowerNameOf(raw[index] ?? '');
    const value = raw[index + 1] ?? '';
    if (lowerName === undefined) continue;
    if (named[lowerName] === undefined) named[lowerName] = lowerName === 'set-cookie' ? [value] : value;
    else if (lowerName === 'content-length') return undefined;
    else join(named, lowerName, value);
  }
  return named;
}

/** Node's list: of these the first one counts. */
const singles: ReadonlySet<string> = new Set(
  `age authorization content-length content-type etag expires from host if-modified-since if-unmodified-since last-modified
  location max-forwards proxy-authorization referer retry-after server user-agent`.split(/\s+/),
);

function join(named: IncomingHttpHeaders, lowerName: string, value: string): void {
  const known = named[lowerName];
  if (Array.isArray(known)) known.push(value);
  else if (known !== undefined && !singles.has(lowerName))
    named[lowerName] = `${known}${lowerName === 'cookie' ? '; ' : ', '}${value}`;
}
