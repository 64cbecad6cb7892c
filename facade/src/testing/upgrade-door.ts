import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import type { Timeouts } from '../forward/clock.ts';
import type { LongLived } from '../forward/long-lived.ts';
import { isAnswered, outcomeLabel, type ForwardOutcome } from '../forward/outcome.ts';
import { upstreamHeaders } from '../forward/request-headers.ts';
import { createUpgrader, responseOn, type Upgrader } from '../forward/upgrade.ts';
import { anIntroduction, patient } from './forwarder.ts';
import type { Sides } from './sides.ts';

export interface Door {
  readonly port: number;
  readonly outcomes: ForwardOutcome[];
  readonly upgrader: Upgrader;
  /** The connections that are open. */
  readonly lines: ReadonlySet<LongLived>;
  /** The client's ends, at the door. */
  readonly sockets: readonly Socket[];
}

interface DoorOptions extends Partial<Timeouts> {
  readonly before?: (socket: Socket) => unknown;
  readonly limit?: number;
}

/** A server that forwards upgrades to one place, with nothing around the upgrader. */
export async function doorTo(
  sides: Sides,
  origin: string,
  { before = () => undefined, limit = 100, ...timeouts }: DoorOptions = {},
): Promise<Door> {
  const upgrader = createUpgrader({ limit });
  const outcomes: ForwardOutcome[] = [];
  const lines = new Set<LongLived>();
  const sockets: Socket[] = [];
  const handle = async (request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> => {
    socket.on('error', () => undefined);
    sockets.push(socket);
    if (head.length > 0) socket.unshift(head);
    const response = responseOn(request, socket);
    await before(socket);
    const outcome = await upgrader.upgrade({
      request,
      socket,
      response,
      origin,
      target: request.url ?? '/',
      headers: upstreamHeaders(request, anIntroduction),
      ownHeaders: ['x-banyan-side', 'extracted'],
      onLongLived: (line) => {
        lines.add(line);
        return () => void lines.delete(line);
      },
      timeouts: { ...patient, ...timeouts },
    });
    outcomes.push(outcome);
    if (isAnswered(outcome) || socket.destroyed) return;
    response.writeHead(599).end(outcomeLabel(outcome));
  };
  const server = createServer().on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    void handle(request, socket, head);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  sides.onClose(async () => {
    upgrader.close();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return { port: (server.address() as AddressInfo).port, outcomes, upgrader, lines, sockets };
}

/** A real WebSocket server that sends everything back. */
export async function echoSide(
  sides: Sides,
): Promise<{ origin: string; server: WebSocketServer; requests: IncomingMessage[] }> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const requests: IncomingMessage[] = [];
  server.on('connection', (socket, request) => {
    requests.push(request);
    socket.on('message', (message, isBinary) => socket.send(message, { binary: isBinary }));
  });
  sides.onClose(() => {
    server.clients.forEach((client) => client.terminate());
    server.close();
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server, requests };
}

export const handshake =
  'GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
