import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Watches a server from now on, so that it can be drained: idle connections are closed at once, running answers say that they
 * are the last on theirs, and what still runs after the grace time is cut.
 */
export function drainOf(server: Server): (graceMs: number) => Promise<void> {
  // With the answer that each gives, or gave last: no set of answers, whose tables would keep every later one from being
  // collected while it is young.
  const sockets = new Map<Socket, ServerResponse | undefined>();
  let isDraining = false;
  const letGo = (response: ServerResponse): void => {
    if (!response.headersSent) response.setHeader('connection', 'close');
    response.once('close', () => server.closeIdleConnections());
  };
  server.on('connection', (socket: Socket) => {
    sockets.set(socket, undefined);
    socket.once('close', () => sockets.delete(socket));
  });
  server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    sockets.set(socket, response);
    if (isDraining) letGo(response);
  });

  return async (graceMs) => {
    isDraining = true;
    for (const response of sockets.values()) if (response && !response.writableFinished) letGo(response);
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    // To Node.js a connection is idle only after its first request; one opened ahead would hold the drain for the whole grace time.
    for (const socket of sockets.keys()) if (socket.bytesRead === 0) socket.destroy();
    // Not server.closeAllConnections: it forgets upgraded connections, for which the close waits.
    const cut = setTimeout(() => sockets.forEach((_response, socket) => socket.destroy()), graceMs);
    await closed;
    clearTimeout(cut);
  };
}
