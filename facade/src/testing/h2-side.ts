import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { ServerOptions } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { endBetweenReads } from '../door/ends-between-reads.ts';
import type { Sides } from './sides.ts';

/** A server of HTTP/2 without TLS, as an upstream. */
export async function h2Side(
  sides: Sides,
  onStream: (stream: ServerHttp2Stream, fields: IncomingHttpHeaders) => void,
  options: ServerOptions = {},
) {
  const sessions: ServerHttp2Session[] = [];
  const server = createServer(options);
  let accepted: Socket;
  server.prependListener('connection', (socket: Socket) => (accepted = socket));
  server.on('session', (session: ServerHttp2Session) => {
    // A test that closes a session while it is read would corrupt the memory of its own process.
    const ends = endBetweenReads(session, accepted);
    sessions.push(session);
    session.on('stream', (stream, fields) => {
      stream.on('error', () => undefined);
      if (!ends.isLeaving()) onStream(stream, fields);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  sides.onClose(() => {
    sessions.forEach((session) => session.destroy());
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { urls: [`http://127.0.0.1:${port}`], protocol: 'h2', port, sessions } as const;
}
