import { createServer, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { responseOn } from '../../forward/upgrade.ts';
import type { Visit } from '../../handle-request.ts';
import type { Head } from './read-head.ts';

export interface Takeovers {
  /** Serves a request whose client wants the connection itself; `bytes` stand behind its head. */
  take(socket: Socket, head: Head, bytes: Buffer): void;
}

/**
 * CONNECT and the handshake of a WebSocket end HTTP on their connection. Node's own server reads that one message, from
 * which `ws` and http-proxy go on; it never sees another one.
 */
export function createTakeovers(onVisit: (visit: Visit) => void, headerBytesLimit: number): Takeovers {
  const server = createServer({
    maxHeaderSize: headerBytesLimit,
    requestTimeout: 0,
    insecureHTTPParser: false,
    // A missing Host is refused where all other refusals are, with a problem document.
    requireHostHeader: false,
  });
  // Node drops what is above this count without a word; the limit in bytes stands for both.
  server.maxHeadersCount = 0;
  const onHandedOver = (request: IncomingMessage, socket: Socket, head: Buffer): void => {
    socket.on('error', ignore);
    if (head.length > 0) socket.unshift(head);
    const response = responseOn(request, socket);
    response.on('error', ignore);
    onVisit({ request, response, upgrade: { request, response, socket }, startedAtMs: performance.now() });
  };
  server.on('upgrade', onHandedOver).on('connect', onHandedOver);
  // A message that is no handover to Node's parser has no business here.
  const onOther = ({ socket }: IncomingMessage): void => void socket.destroy();
  server.on('request', onOther).on('checkContinue', onOther).on('checkExpectation', onOther);
  server.on('clientError', (_err: Error, socket: Socket) => socket.destroy());
  return {
    take(socket, head, bytes) {
      socket.pause();
      server.emit('connection', socket);
      socket.unshift(Buffer.concat([Buffer.from(textOf(head), 'latin1'), bytes]));
      socket.resume();
    },
  };
}

const ignore = (): void => undefined;

/** As it came: nothing but the space around values is lost. */
function textOf({ method, target, version, rawHeaders }: Head): string {
  let text = `${method} ${target} HTTP/${version}\r\n`;
  for (let index = 0; index < rawHeaders.length; index += 2)
    text += `${rawHeaders[index] ?? ''}: ${rawHeaders[index + 1] ?? ''}\r\n`;
  return `${text}\r\n`;
}
