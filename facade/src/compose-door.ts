import { setTimeout as pause } from 'node:timers/promises';
import { BanyanError, startListening, type Lifecycle, type Logger } from '@banyan/platform';
import type { FacadeConfig } from './config.ts';
import { createConnectionCount, type ConnectionCount } from './door/connection-count.ts';
import type { DoorMetrics } from './door/door-metrics.ts';
import { createHttp2Door } from './door/http2-door.ts';
import { createTlsDoor } from './door/tls-door.ts';
import { openTlsFiles, type TlsFiles } from './door/tls-files.ts';
import type { TlsPair } from './door/tls-pair.ts';
import type { FacadeMetrics } from './facade-metrics.ts';
import type { Visit } from './handle-request.ts';
import type { TrustedPeers } from './identity/trusted-peers.ts';
import type { LongLivedRegistry } from './long-lived/long-lived-registry.ts';
import { createPublicServer, keepAliveTimeoutMs, type PublicServer } from './public-server.ts';

export interface ComposeDoorParts {
  readonly log: Logger;
  readonly lifecycle: Lifecycle;
  readonly metrics: Pick<FacadeMetrics, 'refusals'>;
  readonly doorMetrics: DoorMetrics;
  readonly trustedPeers: TrustedPeers;
  readonly longLived: LongLivedRegistry;
  readonly onVisit: (visit: Visit) => void;
}

// A client that has been silent for that long may be resting; twice as long behind a question it is gone.
const lifePingMs = 60_000;

export interface OpenDoor {
  readonly url: string;
  /** Undefined without a certificate. */
  readonly tlsUrl: string | undefined;
}

/** Opens the public ports: one without TLS, and one with it where there is a certificate. */
export async function openDoor(config: FacadeConfig, parts: ComposeDoorParts): Promise<OpenDoor> {
  const connections = createConnectionCount({
    limit: config.connectionsPerAddress,
    trustedPeers: parts.trustedPeers,
    onRefused: () => parts.doorMetrics.connectionsRefused.inc(),
  });
  const http1 = createPublicServer({
    onVisit: parts.onVisit,
    onRefused: (reason) => parts.metrics.refusals.inc({ reason }),
    admit: (socket) => connections.admit(socket),
    headerBytesLimit: config.headerBytesLimit,
    connectionsLimit: config.connectionsLimit,
    headTimeoutMs: config.headTimeoutMs,
  });
  const tls = await composeTls(config, parts, { http1, connections });

  const plain = await startListening(http1.server, { port: config.port, host: config.host, log: parts.log });
  parts.lifecycle.onClose('public port', async () => {
    const times = { graceMs: config.drainMs, idleGraceMs: config.drainIdleMs };
    // What has no end of its own is ended, within the time that requests have to finish.
    await Promise.all([http1.close(times), tls?.close(), parts.longLived.drain(config.drainMs)]);
  });
  const tlsUrl = await tls?.open();
  // From the first moment of closing `/ready` says no; whoever balances load gets this long to see it.
  parts.lifecycle.onClose('readiness', () => pause(config.drainWaitMs));
  return { url: plain.url, tlsUrl };
}

interface TlsPort {
  /** @returns its URL */
  open(): Promise<string>;
  close(): Promise<void>;
}

async function composeTls(
  config: FacadeConfig,
  { log, lifecycle, metrics, doorMetrics, onVisit }: ComposeDoorParts,
  { http1, connections }: { readonly http1: PublicServer; readonly connections: ConnectionCount },
): Promise<TlsPort | undefined> {
  const onRefused = (reason: string): void => metrics.refusals.inc({ reason });
  let use: (pair: TlsPair) => void = () => undefined;
  const files = await openFiles(config, log, {
    onPair: (pair) => {
      doorMetrics.certificateExpiry.set(pair.expiresAtMs / 1000);
      use(pair);
    },
    onRefused: () => doorMetrics.certificatesRefused.inc(),
  });
  if (!files) return undefined;
  lifecycle.onClose('certificate', () => files.close());
  const http2 = createHttp2Door({
    onVisit,
    onRefused,
    headerBytesLimit: config.headerBytesLimit,
    firstRequestMs: config.headTimeoutMs,
    idleMs: keepAliveTimeoutMs,
    pingMs: lifePingMs,
  });
  const door = createTlsDoor({
    pair: files.current(),
    minVersion: config.tlsMinVersion,
    handshakeMs: config.tlsHandshakeMs,
    admit: (socket) => connections.admit(socket),
    onHttp1: (socket) => http1.take(socket),
    onHttp2: (socket) => http2.take(socket),
    onHandshakeFailed: () => onRefused('tls-handshake'),
  });
  use = (pair) => door.use(pair);
  door.server.maxConnections = config.connectionsLimit;
  return {
    open: async () => {
      const { url } = await startListening(door.server, { port: config.tlsPort, host: config.host, log });
      return url.replace(/^http:/, 'https:');
    },
    close: async () => {
      door.server.close();
      await http2.close(config.drainMs);
    },
  };
}

async function openFiles(
  { tlsCertPath: certPath, tlsKeyPath: keyPath }: FacadeConfig,
  log: Logger,
  hooks: { readonly onPair: (pair: TlsPair) => void; readonly onRefused: () => void },
): Promise<TlsFiles | undefined> {
  if (certPath === undefined && keyPath === undefined) return undefined;
  if (certPath === undefined || keyPath === undefined) throw halfAPair();
  return openTlsFiles({ certPath, keyPath, log, nowMs: Date.now, ...hooks });
}

function halfAPair(): BanyanError {
  return new BanyanError('TLS_PAIR_INCOMPLETE', 'One of FACADE_TLS_CERT and FACADE_TLS_KEY is missing.', {
    remedy: 'Set both for TLS, or none.',
  });
}
