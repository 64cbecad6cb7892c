import { answering } from '@banyan/platform/testing';
import { verdictOf, type HostileCase } from './hostile-case.ts';
import { get, happens, okBytes, staged, statusOn } from './stage.ts';

const mirrored = Buffer.alloc(8 << 20, 'm');
const refused = Buffer.alloc(20 << 20, 'r');
const post = (path: string, length: number): string =>
  `POST ${path} HTTP/1.1\r\nHost: shop.example\r\nContent-Length: ${length}\r\n\r\n`;

export const mirrorStalls: HostileCase = {
  number: 5,
  name: 'a mirror that reads nothing does not hold up the request it mirrors',
  run: staged(async (stage) => {
    const mirror = await stage.raw((socket) => socket.pause());
    let receivedBytes = 0;
    const upstream = await stage.node((request, response) => {
      request.on('data', (chunk: Buffer) => {
        receivedBytes += chunk.length;
      });
      request.on('end', () => response.end('ok'));
    });
    const proxy = await stage.proxy({ upstream, mirror: mirror.origin });
    if (!proxy.hasMirror) return { kind: 'not-offered', feature: 'mirroring' };
    const client = await stage.client(proxy, post('/mirrored', mirrored.length));
    client.socket.write(mirrored);
    const status = await statusOn(client);
    return verdictOf(
      status !== 200 && `the request stopped after ${receivedBytes} bytes`,
      !(await happens(() => mirror.connectionCount() > 0)) && 'no copy was sent',
    );
  }),
};

export const connectionsKept: HostileCase = {
  number: 8,
  name: 'five requests in a row use one connection to the upstream',
  run: staged(async (stage) => {
    const upstream = await stage.raw(answering(okBytes));
    const proxy = await stage.proxy({ upstream: upstream.origin, keepsConnections: false });
    const client = await stage.client(proxy, '');
    for (const count of [1, 2, 3, 4, 5]) {
      client.socket.write(get(`/${count}`));
      await statusOn(client, count);
      await happens(() => client.received().split('\r\n\r\nok').length > count);
    }
    const { length } = client.received().split('HTTP/1.1 200');
    return verdictOf(
      length !== 6 && `${length - 1} of 5 requests were served`,
      upstream.connectionCount() !== 1 && `${upstream.connectionCount()} connections were opened`,
    );
  }),
};

export const earlyAnswer: HostileCase = {
  number: 11,
  name: 'an upload that is refused early gets the refusal to see',
  run: staged(async (stage) => {
    // As a Node application refuses: it answers and closes, with most of the upload unread.
    const upstream = await stage.node((_request, response) => {
      response.writeHead(413, { connection: 'close', 'content-length': 0 }).end();
    });
    const proxy = await stage.proxy({ upstream });
    const statuses: (number | undefined)[] = [];
    // The reset that follows the answer races with it; one good run would be luck.
    for (let count = 0; count < 5; count++) {
      const client = await stage.client(proxy, post('/large', refused.length));
      client.socket.write(refused);
      statuses.push(await statusOn(client));
    }
    return verdictOf(statuses.some((status) => status !== 413) && `the client saw ${statuses.join(', ')}`);
  }),
};
