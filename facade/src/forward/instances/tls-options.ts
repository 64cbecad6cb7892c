import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { isIP } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { UpstreamTls } from '@banyan/routing-rules';
import { hostOf, type Peer } from './peer.ts';

/** What a connection over TLS is opened with. */
export interface TlsOptions {
  readonly secureContext: SecureContext;
  readonly rejectUnauthorized: boolean;
  /** The name that is asked for and that the certificate must have; '' for an address, which is checked as one. */
  readonly servername: string;
}

/** @throws what the file system or OpenSSL says of a file that cannot be used */
export function tlsOptionsOf({ origin, tls }: Pick<Peer, 'origin' | 'tls'>): TlsOptions {
  const host = hostOf(origin);
  return {
    secureContext: createSecureContext({
      ...given('ca', tls?.caFile),
      ...given('cert', tls?.certFile),
      ...given('key', tls?.keyFile),
    }),
    rejectUnauthorized: tls?.insecure !== true,
    servername: tls?.serverName ?? (isIP(host) === 0 ? host : ''),
  };
}

/** For one connection by Node's own client; undefined where there is no TLS. */
export function agentFor(peer: Peer): Agent | undefined {
  return peer.origin.startsWith('https:') ? new Agent({ ...tlsOptionsOf(peer), keepAlive: false }) : undefined;
}

/** Why the files of an upstream cannot be used, for people; undefined when they can. */
export function tlsFault(tls: UpstreamTls): string | undefined {
  try {
    tlsOptionsOf({ origin: 'https://any', tls });
    return undefined;
  } catch (err) {
    return err instanceof Error ? err.message : String(err);
  }
}

function given(name: 'ca' | 'cert' | 'key', path: string | undefined): Partial<Record<typeof name, Buffer>> {
  return path === undefined ? {} : { [name]: readFileSync(path) };
}
