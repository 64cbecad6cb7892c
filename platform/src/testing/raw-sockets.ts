import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A server that speaks bytes, for what no HTTP library would send. */
export interface RawServer {
  readonly origin: string;
  readonly port: number;
  /** Everything that came in, over all connections, as latin1 text. */
  readonly received: () => string;
  readonly connectionCount: () => number;
  readonly openCount: () => number;
  /** Ends all open connections with an RST. */
  reset(): void;
  close(): Promise<void>;
}

/** @param onData - called for each piece that arrives on a connection, with all that connection has sent so far */
export async function startRawServer(
  onData: (socket: Socket, soFar: string, connectionIndex: number) => void,
): Promise<RawServer> {
  const sockets = new Set<Socket>();
  let received = '';
  let connectionCount = 0;
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const index = connectionCount++;
    let soFar = '';
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.on('end', () => socket.end());
    socket.on('data', (bytes) => {
      const text = bytes.toString('latin1');
      soFar += text;
      received += text;
      onData(socket, soFar, index);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    received: () => received,
    connectionCount: () => connectionCount,
    openCount: () => sockets.size,
    reset: () => sockets.forEach((socket) => socket.resetAndDestroy()),
    close: async () => {
      sockets.forEach((socket) => socket.destroy());
      server.close();
      await once(server, 'close');
    },
  };
}

/** Answers each request head with the same bytes. */
export function answering(bytes: string): (socket: Socket, soFar: string) => void {
  return (socket, soFar) => {
    if (soFar.endsWith('\r\n\r\n')) socket.write(bytes, 'latin1');
  };
}

/** A client that speaks bytes. */
export interface RawClient {
  readonly socket: Socket;
  readonly received: () => string;
  /** How the connection ended: `end` by the peer's FIN, `reset` by its RST. */
  readonly ended: Promise<'end' | 'reset'>;
}

export async function openRawClient(port: number, bytes = ''): Promise<RawClient> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let received = '';
  const ended = new Promise<'end' | 'reset'>((resolve) => {
    socket.once('error', () => resolve('reset'));
    socket.once('end', () => resolve('end'));
    socket.once('close', () => resolve('end'));
  });
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString('latin1');
  });
  await once(socket, 'connect');
  socket.write(bytes, 'latin1');
  return { socket, received: () => received, ended };
}
