/**
 * Names that belong to one connection and never cross a proxy, in either direction.
 * @see RFC 9110 7.6.1; the list is that of YARP's RequestUtilities
 */
const hopByHop: ReadonlySet<string> = new Set([
  'connection',
  'transfer-encoding',
  'keep-alive',
  'upgrade',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-features',
  'proxy-instruction',
  'security-scheme',
  'alpn',
  'close',
  'http2-settings',
  'upgrade-insecure-requests',
  'te',
  'alt-svc',
]);

// A peer that names one of these in `Connection` would strip what framing, routing or authentication stand on.
const neverNamed: ReadonlySet<string> = new Set(['host', 'content-length', 'authorization', 'cookie', 'set-cookie']);

export const noneNamed: ReadonlySet<string> = new Set();

export function isHopByHop(lowerName: string, named: ReadonlySet<string>): boolean {
  return hopByHop.has(lowerName) || named.has(lowerName);
}

/** The lower-case names that the peer may take out by listing them in `Connection`; several such headers come joined with commas. */
export function namedByConnection(connection: string | undefined): ReadonlySet<string> {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return noneNamed;
  return new Set(
    connection
      .toLowerCase()
      .split(',')
      .map((name) => name.trim())
      .filter((name) => !neverNamed.has(name)),
  );
}
