import { validateHeaderName, validateHeaderValue, type OutgoingHttpHeader } from 'node:http';
import type { OutgoingHttpHeaders } from 'node:http2';

// What belongs to one connection of HTTP/1.1 must not be said in HTTP/2 (RFC 9113 8.2.2).
const connectionNames: ReadonlySet<string> = new Set([
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
]);

// Lists by their definition; Node has them among those of which there is one.
const lists: ReadonlySet<string> = new Set(['content-encoding', 'content-language', 'if-match', 'if-none-match']);

/** Node's `http2` throws when there are two of these; the first one counts, as it does in Node's own clients. */
const singles: ReadonlySet<string> = new Set(
  `access-control-allow-credentials access-control-max-age access-control-request-method age authorization content-length
  content-location content-md5 content-range content-type date dnt etag expires from host if-modified-since if-range
  if-unmodified-since last-modified location max-forwards proxy-authorization range referer retry-after tk
  upgrade-insecure-requests user-agent x-content-type-options`.split(/\s+/),
);

/**
 * A flat list as Node's `http2` takes it: names in lower case, duplicates in order as one list.
 *
 * @throws {TypeError} for a name or value that is none; Node itself looks at neither in HTTP/2
 */
export function http2Fields(flat: readonly OutgoingHttpHeader[]): OutgoingHttpHeaders {
  const fields = Object.create(null) as Record<string, string | string[]>;
  for (let index = 0; index < flat.length; index += 2) {
    const name = String(flat[index]).toLowerCase();
    const value = String(flat[index + 1]);
    validateHeaderName(name);
    validateHeaderValue(name, value);
    if (connectionNames.has(name)) continue;
    const known = fields[name];
    if (known === undefined) fields[name] = value;
    else if (lists.has(name)) fields[name] = `${known.toString()}, ${value}`;
    else if (!singles.has(name)) fields[name] = [known, value].flat();
  }
  return fields;
}
