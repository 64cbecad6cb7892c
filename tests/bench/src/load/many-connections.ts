import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { WebSocket } from 'ws';
import { benchError } from '../bench-error.ts';

/** Connections that stay open, and whether all of them still are. */
export interface ManyConnections {
  readonly count: number;
  readonly openCount: () => number;
  readonly close: () => void;
}

const atATime = 100;
/** Clients come from many addresses, as they do: one alone may not hold thousands of connections. */
const addressOf = (index: number): string => `127.0.1.${1 + (index % 100)}`;

async function inBatches(count: number, open: (index: number) => Promise<unknown>): Promise<void> {
  for (let first = 0; first < count; first += atATime)
    await Promise.all(Array.from({ length: Math.min(atATime, count - first) }, (_, step) => open(first + step)));
}

/** Kept connections that were used once each and are idle since. */
export async function openIdleConnections(url: string, count: number, request: string): Promise<ManyConnections> {
  const sockets: Socket[] = [];
  const { hostname, port } = new URL(url);
  await inBatches(count, async (index) => {
    const socket = connect({ host: hostname, port: Number(port), localAddress: addressOf(index) });
    sockets.push(socket.on('error', () => undefined));
    socket.write(request);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    if (!answer.toString('latin1').startsWith('HTTP/1.1 200'))
      throw benchError(`A connection got ${answer.toString('latin1').split('\r\n')[0] ?? ''}.`, 'Look at its limits.');
  });
  return {
    count,
    openCount: () => sockets.filter(({ readyState }) => readyState === 'open').length,
    close: () => sockets.forEach((socket) => void socket.destroy()),
  };
}

/** WebSockets that answered one message each. */
export async function openWebSockets(url: string, count: number): Promise<ManyConnections> {
  const sockets: WebSocket[] = [];
  await inBatches(count, async (index) => {
    const socket = new WebSocket(url.replace('http', 'ws') + '/socket', { localAddress: addressOf(index) });
    sockets.push(socket.on('error', () => undefined));
    await once(socket, 'open');
    socket.send(`message ${index}`);
    const [echo] = (await once(socket, 'message')) as [Buffer];
    if (echo.toString() !== `message ${index}`) throw benchError('A WebSocket got a wrong echo.', 'Look why.');
  });
  return {
    count,
    openCount: () => sockets.filter(({ readyState }) => readyState === WebSocket.OPEN).length,
    close: () => sockets.forEach((socket) => socket.terminate()),
  };
}
