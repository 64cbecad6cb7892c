import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { openRawClient, startRawServer, type RawClient, type RawServer } from '@banyan/platform/testing';
import type { ProxyUnderTest, ProxyWish, StartProxy, Verdict } from './hostile-case.ts';

/** The servers and clients of one run of one case; all are closed at its end, newest first. */
export interface Stage {
  /** With kept connections, unless the wish says otherwise. */
  proxy(wish: Omit<ProxyWish, 'keepsConnections'> & Partial<ProxyWish>): Promise<ProxyUnderTest>;
  /** An upstream that speaks bytes. */
  raw(...parameters: Parameters<typeof startRawServer>): Promise<RawServer>;
  /** An upstream that is an ordinary Node server; returns its origin. */
  node(listener: RequestListener): Promise<string>;
  client(proxy: ProxyUnderTest, bytes: string): Promise<RawClient>;
}

export function staged(play: (stage: Stage) => Promise<Verdict>): (start: StartProxy) => Promise<Verdict> {
  return async (start) => {
    const closers: (() => Promise<void> | void)[] = [];
    const kept = <T extends { close(): Promise<void> }>(opened: T): T => {
      closers.push(() => opened.close());
      return opened;
    };
    try {
      return await play({
        proxy: async (wish) => kept(await start({ keepsConnections: true, ...wish })),
        raw: async (onData) => kept(await startRawServer(onData)),
        node: async (listener) => {
          const server = createServer(listener).listen(0, '127.0.0.1');
          await once(server, 'listening');
          closers.push(() => {
            server.closeAllConnections();
            server.close();
          });
          return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
        },
        client: async ({ url }, bytes) => {
          const client = await openRawClient(Number(new URL(url).port), bytes);
          closers.push(() => void client.socket.destroy());
          return client;
        },
      });
    } finally {
      for (const close of closers.reverse()) await close();
    }
  };
}

const patienceMs = 4_000;
const intervalMs = 5;

/** Whether `condition` becomes true in time. */
export async function happens(condition: () => boolean): Promise<boolean> {
  const deadline = performance.now() + patienceMs;
  while (!condition()) {
    if (performance.now() > deadline) return false;
    await pause(intervalMs);
  }
  return true;
}

/** Whether the peer closes the connection in time. */
export async function ends({ ended }: RawClient): Promise<boolean> {
  return Promise.race([ended.then(() => true), pause(patienceMs, false)]);
}

/** The status of the last answer on a connection, once its head is there; undefined when none comes. */
export async function statusOn(client: RawClient, answerCount = 1): Promise<number | undefined> {
  const heads = (): readonly RegExpMatchArray[] => [
    ...client.received().matchAll(/HTTP\/1\.1 ([2-5]\d\d)[^]*?\r\n\r\n/g),
  ];
  return (await happens(() => heads().length >= answerCount)) ? Number(heads()[answerCount - 1]?.[1]) : undefined;
}

export const get = (path: string, lines = ''): string => `GET ${path} HTTP/1.1\r\nHost: shop.example\r\n${lines}\r\n`;
export const okBytes = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
