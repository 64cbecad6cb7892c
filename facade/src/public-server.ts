import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { codeOf } from '@banyan/platform';
import { createTurns } from './door/in-turn.ts';
import { createParserErrors } from './door/parser-error.ts';
import { gatherWrites } from './forward/gather-writes.ts';
import { responseOn } from './forward/upgrade.ts';
import type { Visit } from './handle-request.ts';

export interface PublicServerParts {
  readonly onVisit: (visit: Visit) => void;
  /** A message that Node's parser refused. */
  readonly onParserError: (reason: string) => void;
  readonly headerBytesLimit: number;
  readonly connectionsLimit: number;
  /** For the head of a request. A body may take as long as it moves; see `Timeouts.headersMs`. */
  readonly headTimeoutMs: number;
}

// Longer than the 60 s after which usual load balancers drop an idle connection: they must be the ones who end it.
export const keepAliveTimeoutMs = 65_000;

/** The one public door. Plain Node: nothing parses, buffers or rewrites between the connection and the walk of a request. */
export function createPublicServer({ onVisit, onParserError, ...limits }: PublicServerParts): Server {
  const server = createServer({
    maxHeaderSize: limits.headerBytesLimit,
    headersTimeout: limits.headTimeoutMs,
    requestTimeout: 0,
    connectionsCheckingInterval: Math.min(limits.headTimeoutMs, 5_000),
    keepAliveTimeout: keepAliveTimeoutMs,
    noDelay: true,
    insecureHTTPParser: false,
    // A missing Host is refused where all other refusals are, with a problem document.
    requireHostHeader: false,
  });
  server.maxConnections = limits.connectionsLimit;
  // Node drops what is above this count without a word; the limit in bytes stands for both.
  server.maxHeadersCount = 0;
  server.on('connection', gatherWrites);
  const turns = createTurns();
  const parserErrors = createParserErrors(turns);
  const onMessage = (request: IncomingMessage, response: ServerResponse): void => {
    response.on('error', ignore);
    turns.take({ request, response }, () =>
      onVisit({ request, response, upgrade: undefined, startedAtMs: performance.now() }),
    );
  };
  server.on('request', onMessage).on('checkContinue', onMessage).on('checkExpectation', onMessage);
  const onHandedOver = (request: IncomingMessage, socket: Socket, head: Buffer): void => {
    socket.on('error', ignore);
    // Whoever asks for the connection while it owes an answer would get another one's bytes.
    if (!socket.writable || turns.isOwedOn(socket)) socket.destroy();
    else if (isWebSocket(request) || request.method === 'CONNECT') {
      if (head.length > 0) socket.unshift(head);
      const response = responseOn(request, socket);
      response.on('error', ignore);
      onVisit({ request, response, upgrade: { request, response, socket }, startedAtMs: performance.now() });
    } else readAgain(server, request, socket, head);
  };
  server.on('upgrade', onHandedOver).on('connect', onHandedOver);
  server.on('clientError', (err: Error, socket: Socket) => {
    if (parserErrors.answer(codeOf(err), socket)) onParserError(codeOf(err));
  });
  return server;
}

const ignore = (): void => undefined;

function isWebSocket(request: IncomingMessage): boolean {
  return request.method === 'GET' && request.headers.upgrade?.toLowerCase() === 'websocket';
}

/**
 * Any other upgrade is ignored, as RFC 9110 7.8 allows: Java's client offers h2c with every request it makes.
 * Node has already taken the connection away from its parser, so the message is read once more, without the offer.
 */
function readAgain(server: Server, request: IncomingMessage, socket: Socket, head: Buffer): void {
  const lines = [`${request.method ?? ''} ${request.url ?? ''} HTTP/${request.httpVersion}`];
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const name = request.rawHeaders[index] ?? '';
    const value = request.rawHeaders[index + 1] ?? '';
    const lowerName = name.toLowerCase();
    if (lowerName === 'upgrade' || lowerName === 'http2-settings') continue;
    lines.push(`${name}: ${lowerName === 'connection' ? withoutUpgrade(value) : value}`);
  }
  socket.removeListener('error', ignore);
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  server.emit('connection', socket);
}

function withoutUpgrade(connection: string): string {
  const kept = connection.split(',').filter((name) => name.trim().toLowerCase() !== 'upgrade');
  return kept.length === 0 ? 'keep-alive' : kept.join(',');
}
