import type { OutgoingHttpHeaders } from 'node:http2';
import type { Peer } from '../instances/peer.ts';

// RFC 9113 8.2.2: names of one HTTP/1.1 connection. Of `te`, only `trailers` may be said.
const connectionNames: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
]);

export interface RequestLine {
  readonly method: string;
  readonly path: string;
}

/** The fields of a request as Node's HTTP/2 takes them. `Host` becomes the authority (RFC 9113 8.3.1). */
export function requestFields(
  flat: readonly string[],
  { method, path }: RequestLine,
  { origin }: Pick<Peer, 'origin'>,
): OutgoingHttpHeaders {
  const { host, protocol } = new URL(origin);
  const fields: Record<string, string | string[]> = {
    ':method': method,
    ':scheme': protocol.slice(0, -1),
    ':authority': host,
    ':path': path,
  };
  for (let index = 0; index < flat.length; index += 2) {
    const name = (flat[index] ?? '').toLowerCase();
    const value = flat[index + 1] ?? '';
    if (name === 'host') fields[':authority'] = value;
    else if (isSent(name, value)) fields[name] = joined(fields[name], value);
  }
  // gRPC wants to hear that trailers arrive, and we pass them on.
  if (fields['content-type']?.toString().startsWith('application/grpc') === true) fields['te'] = 'trailers';
  return fields;
}

function isSent(name: string, value: string): boolean {
  return name === 'te' ? value === 'trailers' : !connectionNames.has(name);
}

function joined(known: string | string[] | undefined, value: string): string | string[] {
  return known === undefined ? value : [known, value].flat();
}
