import { constants } from 'node:crypto';
import { createServer as createTcpServer, type Server as TcpServer, type Socket } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import type { TlsPair } from './tls-pair.ts';

export interface TlsDoorParts {
  readonly pair: TlsPair;
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
  readonly handshakeMs: number;
  /** False for a connection that is not taken; it was ended then. */
  readonly admit: (socket: Socket) => boolean;
  readonly onHttp1: (socket: TLSSocket) => void;
  readonly onHttp2: (socket: TLSSocket) => void;
  readonly onHandshakeFailed: () => void;
}

export interface TlsDoor {
  /** To listen with. */
  readonly server: TcpServer;
  /** For handshakes from now on; connections that are open stay as they are. */
  use(pair: TlsPair): void;
}

// Forward secrecy and authenticated encryption only: Mozilla's intermediate list without the slow DHE; RFC 9113 9.2.2 allows all of it.
const ciphers = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');

/**
 * Ends TLS, and hands each connection to the protocol that its client chose (ALPN). Not Node's `http2` with `allowHTTP1`:
 * HTTP/1.1 there has other limits and time-outs than on the plain port; here it is the same server.
 */
export function createTlsDoor({ pair, minVersion, handshakeMs, ...parts }: TlsDoorParts): TlsDoor {
  const settings = {
    minVersion,
    ciphers,
    // A client that asks for new keys again and again costs more than it pays.
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  };
  const tls = createServer({
    ...settings,
    cert: pair.cert,
    key: pair.key,
    ALPNProtocols: ['h2', 'http/1.1'],
    handshakeTimeout: handshakeMs,
  });
  tls.on('secureConnection', (socket) => {
    socket.on('error', ignore);
    if (socket.alpnProtocol === 'h2') parts.onHttp2(socket);
    else parts.onHttp1(socket);
  });
  tls.on('tlsClientError', (_err, socket) => {
    socket.destroy();
    parts.onHandshakeFailed();
  });
  const server = createTcpServer({ noDelay: true }, (socket) => {
    if (parts.admit(socket)) tls.emit('connection', socket);
  });
  return { server, use: ({ cert, key }) => tls.setSecureContext({ ...settings, cert, key }) };
}

const ignore = (): void => undefined;
