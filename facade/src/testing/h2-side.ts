import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { ServerOptions } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { Sides } from './sides.ts';

/** A server of HTTP/2 without TLS, as an upstream. */
export async function h2Side(
  sides: Sides,
  onStream: (stream: ServerHttp2Stream, fields: IncomingHttpHeaders) => void,
  options: ServerOptions = {},
) {
  const sessions: ServerHttp2Session[] = [];
  const server = createServer(options).on('session', (session) => sessions.push(session));
  server.on('stream', (stream, fields) => {
    stream.on('error', () => undefined);
    onStream(stream, fields);
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
