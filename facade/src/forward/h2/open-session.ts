import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { BanyanError, codeOf } from '@banyan/platform';
import { peerPort, type Peer } from '../instances/peer.ts';
import { tlsOptionsOf } from '../instances/tls-options.ts';

const connectTimeoutMs = 10_000;
// In milliseconds; after it the system asks every second, ten times.
const keepAliveInitialDelay = 30_000;

export interface OpenedSession {
  readonly http2: ClientHttp2Session;
  readonly socket: Socket;
}

/**
 * Opens a connection and waits for the server's settings: only they say that it speaks HTTP/2, and how many streams it takes.
 *
 * @throws {BanyanError} with the code of the socket or of TLS, or H2_NOT_SPOKEN
 */
export async function openSession(peer: Peer, headerBytes: number): Promise<OpenedSession> {
  const socket = peer.origin.startsWith('https:') ? await openTls(peer) : await opened(openTcp(peer), 'connect');
  const session = connectHttp2(peer.origin, {
    createConnection: () => socket,
    settings: { enablePush: false, maxHeaderListSize: headerBytes },
  });
  await new Promise<void>((resolve, reject) => {
    const fail = (err?: Error): void => reject(new SessionFailed('H2_NOT_SPOKEN', err));
    const timer = setTimeout(() => session.destroy(new SessionFailed('H2_NOT_SPOKEN')), connectTimeoutMs);
    session.once('error', fail).once('close', fail);
    session.once('remoteSettings', () => {
      session.off('error', fail).off('close', fail);
      resolve();
    });
    session.once('close', () => clearTimeout(timer)).once('remoteSettings', () => clearTimeout(timer));
  });
  return { http2: session.on('error', () => undefined), socket };
}

/** Nothing of a request was sent, or the server said that it did not look at it. */
export class SessionFailed extends BanyanError {
  constructor(code: string, cause?: Error) {
    super(code, 'No HTTP/2 connection to the upstream.', {
      remedy: 'Check that the upstream runs and speaks HTTP/2, or leave protocol out of its rule.',
      cause,
    });
  }
}

function openTcp({ address, origin }: Peer): Socket {
  return connectTcp({ host: address, port: peerPort(origin), noDelay: true, keepAlive: true, keepAliveInitialDelay });
}

async function openTls(peer: Peer): Promise<Socket> {
  const options = { host: peer.address, port: peerPort(peer.origin), ALPNProtocols: ['h2'], ...tlsOptionsOf(peer) };
  const socket = connectTls(options);
  await opened(socket, 'secureConnect');
  if (socket.alpnProtocol === 'h2') return socket.setNoDelay(true).setKeepAlive(true, keepAliveInitialDelay);
  socket.destroy();
  throw new SessionFailed('H2_NOT_SPOKEN');
}

function opened(socket: Socket, event: 'connect' | 'secureConnect'): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => socket.destroy(new SessionFailed('ETIMEDOUT')), connectTimeoutMs);
    const fail = (err: Error): void => {
      clearTimeout(timer);
      reject(new SessionFailed(codeOf(err) || 'H2_NOT_SPOKEN', err));
    };
    socket.once('error', fail).once(event, () => {
      clearTimeout(timer);
      socket.off('error', fail);
      resolve(socket);
    });
  });
}
