import { LRUCache } from 'lru-cache';
import { buildConnector } from 'undici';
import { peerKey, type Peer } from './peer.ts';
import { tlsOptionsOf } from './tls-options.ts';

interface SecureWay {
  readonly connector: buildConnector.connector;
  readonly servername: string;
}

const timeout = 10_000;
const plain = buildConnector({ timeout });
// A connector keeps TLS sessions. Its files are read anew after a while, so that a renewed certificate is seen.
const secureWays = new LRUCache<string, SecureWay>({ max: 1_000, ttl: 10_000 });

/** Opens a connection to a peer, and to nobody else, whatever the request says. */
export function connectTo(peer: Peer, options: buildConnector.Options, callback: buildConnector.Callback): void {
  if (options.protocol !== 'https:') {
    plain({ ...options, hostname: peer.address }, callback);
    return;
  }
  try {
    const { connector, servername } = secureWayTo(peer);
    connector({ ...options, hostname: peer.address, servername }, callback);
  } catch (err) {
    callback(err instanceof Error ? err : new TypeError(String(err)), null);
  }
}

function secureWayTo(peer: Peer): SecureWay {
  const key = peerKey(peer);
  const known = secureWays.get(key);
  if (known) return known;
  const { servername, ...tls } = tlsOptionsOf(peer);
  const way = { servername, connector: buildConnector({ timeout, ...tls }) };
  secureWays.set(key, way);
  return way;
}
