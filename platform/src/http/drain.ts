import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as TcpServer, type Socket } from 'node:net';

export interface DrainTimes {
  readonly graceMs: number;
  readonly idleGraceMs: number;
}

/**
 * Watches a server from now on, so that it can be drained.
 *
 * A connection that was kept alive is closed with its next answer, which says so; closed at once it would take with it the
 * request that its client is just writing, and a client cannot repeat that one unless it is idempotent. One that stays
 * idle is closed after the idle grace: no client may hold a drain by doing nothing.
 */
export function drainOf(server: Server): (times: DrainTimes) => Promise<void> {
  // With the answer that each gives, or gave last: no set of answers, whose tables would keep every later one from being
  // collected while it is young.
  const sockets = new Map<Socket, ServerResponse | undefined>();
  let isDraining = false;
  let isIdleOver = false;
  let onLastGone = (): void => undefined;
  const endIdle = (): void => {
    server.closeIdleConnections();
    // To Node.js a connection is idle only after its first request; one opened ahead would hold the drain for the whole grace time.
    for (const socket of sockets.keys()) if (socket.bytesRead === 0) socket.destroy();
  };
  const letGo = (response: ServerResponse): void => {
    if (!response.headersSent) response.setHeader('connection', 'close');
    response.once('close', () => {
      if (isIdleOver) server.closeIdleConnections();
    });
  };
  const onMessage = ({ socket }: IncomingMessage, response: ServerResponse): void => {
    if (sockets.has(socket)) sockets.set(socket, response);
    if (isDraining) letGo(response);
  };
  server.on('connection', (socket: Socket) => {
    sockets.set(socket, undefined);
    socket.once('close', () => {
      sockets.delete(socket);
      if (sockets.size === 0) onLastGone();
    });
  });
  server.prependListener('request', onMessage);
  // Whoever does not listen for it leaves the answer to Node, which then says `request`.
  if (server.listenerCount('checkContinue') > 0) server.prependListener('checkContinue', onMessage);

  return async ({ graceMs, idleGraceMs }) => {
    isDraining = true;
    for (const response of sockets.values()) if (response && !response.writableFinished) letGo(response);
    const endIdleForGood = (): void => {
      isIdleOver = true;
      endIdle();
    };
    // The plain close of sockets: that of HTTP begins with the idle connections.
    const closed = new Promise<void>((resolve) => TcpServer.prototype.close.call(server, () => resolve()));
    const idle = idleGraceMs > 0 ? setTimeout(endIdleForGood, Math.min(idleGraceMs, graceMs)) : undefined;
    if (!idle) endIdleForGood();
    // Not server.closeAllConnections: it forgets upgraded connections, for which the close waits.
    const cut = setTimeout(() => sockets.forEach((_response, socket) => socket.destroy()), graceMs);
    await closed;
    // Those that somebody else accepted and handed over: the close of the server knows nothing of them.
    if (sockets.size > 0) await new Promise<void>((resolve) => (onLastGone = resolve));
    clearTimeout(idle);
    clearTimeout(cut);
    // Ends the clock of slow requests, which HTTP's own close would have ended.
    server.close();
  };
}
