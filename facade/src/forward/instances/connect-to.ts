import { connect as connectTcp, type OnReadOpts, type Socket } from 'node:net';
import { LRUCache } from 'lru-cache';
import { buildConnector } from 'undici';
import { ConnectTimedOut } from '../h1/faults.ts';
import { hostOf, peerKey, peerPort, type Peer } from './peer.ts';
import { tlsOptionsOf } from './tls-options.ts';

interface SecureWay {
  readonly connector: buildConnector.connector;
  readonly servername: string;
}

/** Told once: the socket, or why there is none. */
export type OnConnected = (err: Error | null, socket: Socket | null) => void;

const timeout = 10_000;
// After so long without a byte the system asks whether the other end lives.
const keepAliveInitialDelay = 60_000;
const writeBytes = 65_536;
// A connector keeps TLS sessions. Its files are read anew after a while, so that a renewed certificate is seen.
const secureWays = new LRUCache<string, SecureWay>({ max: 1_000, ttl: 10_000 });

/**
 * Opens a connection to a peer, and to nobody else, whatever the request says.
 *
 * @param onread - reads a plain connection in the place of its `data` events; TLS has those
 * @param onConnected - told later, never at once
 */
export function connectTo(peer: Peer, onread: OnReadOpts, onConnected: OnConnected): void {
  if (peer.origin.startsWith('https:')) connectTls(peer, onConnected);
  else connectPlain(peer, onread, onConnected);
}

function connectPlain(peer: Peer, onread: OnReadOpts, onConnected: OnConnected): void {
  const ways = { noDelay: true, keepAlive: true, keepAliveInitialDelay, highWaterMark: writeBytes };
  const socket = connectTcp({ host: peer.address, port: peerPort(peer.origin), onread, ...ways });
  const timer = setTimeout(() => socket.destroy(new ConnectTimedOut()), timeout);
  const fail = (err: Error): void => {
    clearTimeout(timer);
    onConnected(err, null);
  };
  socket.once('error', fail).once('connect', () => {
    clearTimeout(timer);
    socket.off('error', fail);
    onConnected(null, socket);
  });
}

function connectTls(peer: Peer, onConnected: OnConnected): void {
  const host = hostOf(peer.origin);
  try {
    const { connector, servername } = secureWayTo(peer);
    const port = String(peerPort(peer.origin));
    connector({ protocol: 'https:', host, hostname: peer.address, port, servername }, (...[err, socket]) =>
      err ? onConnected(err, null) : onConnected(null, socket),
    );
  } catch (err) {
    setImmediate(onConnected, err instanceof Error ? err : new TypeError(String(err)), null);
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
