import { verdictOf, type HostileCase } from './hostile-case.ts';
import { ends, get, happens, okBytes, staged, statusOn } from './stage.ts';

/** Somebody leaves, breaks or is silent in the middle. */
export const clientLeaves: HostileCase = {
  number: 2,
  name: 'a client that leaves, before or after the head of the answer, ends the request at the upstream',
  run: staged(async (stage) => {
    const upstream = await stage.raw((socket, soFar) => {
      if (soFar.includes('GET /started')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf');
    });
    const proxy = await stage.proxy({ upstream: upstream.origin });
    const isCancelled = async (path: string, isReady: (received: string) => boolean): Promise<boolean> => {
      const client = await stage.client(proxy, get(path));
      await happens(() => upstream.received().includes(path) && isReady(client.received()));
      client.socket.destroy();
      return happens(() => upstream.openCount() === 0);
    };
    const isCancelledLate = await isCancelled('/started', (received) => received.includes('half'));
    upstream.reset();
    await happens(() => upstream.openCount() === 0);
    const isCancelledEarly = await isCancelled('/silent', () => true);
    return verdictOf(
      !isCancelledLate && 'after the head of the answer the upstream goes on',
      !isCancelledEarly && 'before the head of the answer the upstream goes on',
    );
  }),
};

export const upstreamBreaks: HostileCase = {
  number: 3,
  name: 'an answer that breaks in its body is broken for the client, neither complete nor endless',
  run: staged(async (stage) => {
    const upstream = await stage.raw((socket, soFar) => {
      const framing = soFar.includes('/chunked')
        ? 'Transfer-Encoding: chunked\r\n\r\n4\r\n'
        : 'Content-Length: 9\r\n\r\n';
      socket.write(`HTTP/1.1 200 OK\r\n${framing}half`);
    });
    const proxy = await stage.proxy({ upstream: upstream.origin });
    const failures: (string | false)[] = [];
    for (const path of ['/counted', '/chunked']) {
      const client = await stage.client(proxy, get(path));
      const isStarted = await happens(() => client.received().includes('half'));
      upstream.reset();
      failures.push(
        !isStarted && `${path}: the answer did not start`,
        !(await ends(client)) && `${path}: the client hangs`,
        client.received().endsWith('0\r\n\r\n') && `${path}: the client saw a complete answer`,
      );
    }
    return verdictOf(...failures);
  }),
};

export const silentUpstream: HostileCase = {
  number: 9,
  name: 'a silent upstream is a 504 and one that breaks is a 502',
  run: staged(async (stage) => {
    const upstream = await stage.raw((socket, soFar) => {
      if (soFar.includes('/broken')) socket.resetAndDestroy();
    });
    const proxy = await stage.proxy({ upstream: upstream.origin, answerTimeoutMs: 500 });
    // A POST: nothing that a proxy might try again elsewhere.
    const post = (path: string): string => `POST ${path} HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 0\r\n\r\n`;
    const silent = await statusOn(await stage.client(proxy, post('/silent')));
    const broken = await statusOn(await stage.client(proxy, post('/broken')));
    return verdictOf(
      silent !== 504 && `silence was answered with ${String(silent)}`,
      broken !== 502 && `a reset was answered with ${String(broken)}`,
    );
  }),
};

export const staleConnection: HostileCase = {
  number: 10,
  name: 'a GET that meets a stale keep-alive connection is sent again and served',
  run: staged(async (stage) => {
    const upstream = await stage.raw((socket, soFar) => {
      // The second request on any connection finds it closed, as when a server's idle time ends just then.
      if (soFar.split('GET /').length > 2) socket.resetAndDestroy();
      else if (soFar.endsWith('\r\n\r\n')) socket.write(okBytes);
    });
    const proxy = await stage.proxy({ upstream: upstream.origin });
    const first = await statusOn(await stage.client(proxy, get('/1')));
    const second = await statusOn(await stage.client(proxy, get('/2')));
    return verdictOf(
      first !== 200 && `the first request saw ${String(first)}`,
      second !== 200 && `the second request saw ${String(second)}`,
    );
  }),
};

const accepted = [
  'HTTP/1.1 101 Switching Protocols',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=',
];
const handshake = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
];

export const webSocketLost: HostileCase = {
  number: 12,
  name: 'a WebSocket whose client is lost ends at the upstream too',
  run: staged(async (stage) => {
    const upstream = await stage.raw((socket, soFar) => {
      if (soFar.endsWith('\r\n\r\n')) socket.write(`${accepted.join('\r\n')}\r\n\r\n`);
    });
    const proxy = await stage.proxy({ upstream: upstream.origin });
    const client = await stage.client(proxy, get('/live', `${handshake.join('\r\n')}\r\n`));
    const isOpen = await happens(() => client.received().startsWith('HTTP/1.1 101'));
    client.socket.resetAndDestroy();
    const isEnded = await happens(() => upstream.openCount() === 0);
    return verdictOf(!isOpen && 'the handshake failed', !isEnded && 'the upstream connection stays open');
  }),
};
