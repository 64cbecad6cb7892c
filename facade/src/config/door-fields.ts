import { integer, oneOf, optional, port, text } from '@banyan/platform';

/** The public door: TLS, limits of connections, drain. */
export const doorFields = {
  tlsCertPath: optional(
    text('FACADE_TLS_CERT', {
      about: 'file with the certificate chain, PEM; opens the TLS port; followed without a restart',
      example: '/etc/banyan/tls.crt',
    }),
  ),
  tlsKeyPath: optional(
    text('FACADE_TLS_KEY', {
      about: 'file with the private key of the certificate, PEM; followed without a restart',
      example: '/etc/banyan/tls.key',
    }),
  ),
  tlsPort: port('FACADE_TLS_PORT', { about: 'public port for TLS, HTTP/2 and HTTP/1.1', fallback: 8443 }),
  tlsMinVersion: oneOf('FACADE_TLS_MIN_VERSION', ['TLSv1.2', 'TLSv1.3'] as const, {
    about: 'oldest version of TLS that is served',
    fallback: 'TLSv1.2',
  }),
  tlsHandshakeMs: integer('FACADE_TLS_HANDSHAKE_MS', {
    about: 'time for a TLS handshake',
    fallback: 10_000,
    min: 100,
  }),
  connectionsPerAddress: integer('FACADE_CONNECTIONS_PER_ADDRESS', {
    about: 'client connections at a time from one IPv4 address or IPv6 /64; trusted proxies are exempt; 0 is no limit',
    fallback: 1_000,
  }),
  workerCount: integer('FACADE_WORKERS', {
    about: 'processes that share the public ports, one for each core; 1 serves in the process itself',
    fallback: 1,
    min: 1,
    max: 128,
  }),
  drainIdleMs: integer('FACADE_DRAIN_IDLE_MS', {
    about: 'how long a connection that is idle at the end may still bring a request',
    fallback: 1_000,
    max: 9_000,
  }),
};
