import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { codeOf } from '@banyan/platform';
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
const keepAliveTimeoutMs = 65_000;

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
  const answering = new WeakMap<Socket, ServerResponse>();
  const onMessage = (request: IncomingMessage, response: ServerResponse): void => {
    answering.set(request.socket, response);
    response.on('error', ignore);
    onVisit({ request, response, upgrade: undefined, startedAtMs: performance.now() });
  };
  server.on('request', onMessage);
  server.on('checkContinue', onMessage);
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    socket.on('error', ignore);
    if (isWebSocket(request)) {
      if (head.length > 0) socket.unshift(head);
      const response = responseOn(request, socket);
      response.on('error', ignore);
      onVisit({ request, response, upgrade: { request, response, socket }, startedAtMs: performance.now() });
    } else readAgain(server, request, socket, head);
  });
  server.on('clientError', (err: Error, socket: Socket) => {
    onParserError(codeOf(err));
    answerParserError(codeOf(err), socket, answering.get(socket));
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

const statusOfParserError: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** Says why, unless an answer is under way on the connection, into whose middle these bytes would go. */
function answerParserError(code: string, socket: Socket, response: ServerResponse | undefined): void {
  const isQuiet = response === undefined || response.writableFinished || !response.headersSent;
  if (!socket.writable || !isQuiet) {
    socket.destroy();
    return;
  }
  const status = statusOfParserError[code] ?? '400 Bad Request';
  const body = JSON.stringify({
    type: '/problems/bad-message',
    title: status.slice(4),
    status: Number(status.slice(0, 3)),
    detail: 'The message is no HTTP that is served here.',
  });
  const head = `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: application/problem+json\r\nContent-Length: ${body.length}\r\n\r\n`;
  socket.end(head + body, () => socket.destroy());
}
