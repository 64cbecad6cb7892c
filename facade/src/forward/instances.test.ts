import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { anUpstream } from '../testing/an-upstream.ts';
import { eventually } from '../testing/eventually.ts';
import { answering, openRawClient } from '../testing/raw-sockets.ts';
import { createSides, okBytes } from '../testing/sides.ts';
import { startUpstreams } from '../testing/start-upstreams.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

const textOf = async (url: string): Promise<string> => (await fetch(url)).text();
const named =
  (name: string): RequestListener =>
  (_request, response) =>
    response.end(name);

describe('several instances of one upstream', () => {
  test('share the requests: the one with the fewest under way is asked', async () => {
    const idle = await sides.node(named('idle'));
    const busy = await sides.raw(() => undefined);
    const { url, port } = await sides.forwarderTo({ urls: [idle, busy.origin] }, { random: () => 0.99 });
    const waiting = await openRawClient(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await eventually(() => expect(busy.connectionCount()).toBe(1));
    for (let count = 0; count < 20; count += 1) expect(await textOf(url)).toBe('idle');
    waiting.socket.destroy();
  });

  test('are all asked when all are idle', async () => {
    const origins = await Promise.all(['a', 'b', 'c'].map((name) => sides.node(named(name))));
    const { url } = await sides.forwarderTo({ urls: origins });
    const seen = new Set<string>();
    await eventually(async () => {
      seen.add(await textOf(url));
      expect([...seen].toSorted()).toEqual(['a', 'b', 'c']);
    });
  });
});

/** The same port on several loopback addresses, as one name of a cluster stands for several servers. */
async function serversOf(addresses: readonly string[], listener: (address: string) => RequestListener) {
  let port = 0;
  for (const address of addresses) {
    const server = createServer(listener(address)).listen(port, address);
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
    sides.onClose(() => {
      server.closeAllConnections();
      server.close();
    });
  }
  return `http://trips.internal:${port}`;
}

describe('a name that stands for several addresses', () => {
  test('is looked up again: who appears gets requests, who is gone gets none and finishes what it has', async () => {
    let addresses = ['127.0.0.1'];
    const held: (() => void)[] = [];
    const origin = await serversOf(['127.0.0.1', '127.0.0.2'], (address) => (request, response) => {
      const answer = (): unknown => response.end(`${address} for ${request.headers.host ?? ''}`);
      if (request.url === '/slow') held.push(answer);
      else answer();
    });
    const { url } = await sides.forwarderTo(
      { urls: [origin], dnsRefreshMs: 5 },
      { lookUp: () => Promise.resolve(addresses) },
    );
    const host = new URL(url).host;
    await eventually(async () => expect(await textOf(url)).toBe(`127.0.0.1 for ${host}`));
    const slow = textOf(`${url}/slow`);
    await eventually(() => expect(held).toHaveLength(1));
    addresses = ['127.0.0.2'];
    await eventually(async () => expect(await textOf(url)).toBe(`127.0.0.2 for ${host}`));
    for (let count = 0; count < 10; count += 1) expect(await textOf(url)).toBe(`127.0.0.2 for ${host}`);
    held.forEach((answer) => answer());
    expect(await slow).toBe(`127.0.0.1 for ${host}`);
  });
});

describe('instances across revisions of the rules', () => {
  test('stay while an upstream stays as it is, and close when no rule names it any more', async () => {
    const side = await sides.raw(answering(okBytes));
    const upstreams = startUpstreams();
    sides.onClose(() => upstreams.close());
    const trips = anUpstream({ urls: [side.origin] });
    upstreams.retain([trips]);
    const [instance] = upstreams.of(trips).instances;
    upstreams.retain([{ ...trips }]);
    expect(upstreams.of({ ...trips }).instances).toEqual([instance]);
    expect(upstreams.of(trips).isClosed).toBe(false);
    upstreams.retain([]);
    expect(upstreams.of({ ...trips }).instances).not.toContain(instance);
  });

  test('that were opened for a request of rules that are gone go with their last request', () => {
    const upstreams = startUpstreams();
    sides.onClose(() => upstreams.close());
    upstreams.retain([]);
    const group = upstreams.of(anUpstream({}));
    const [one, other] = [group.take(), group.take()];
    one?.end({ kind: 'completed', status: 200 });
    expect(group.isClosed).toBe(false);
    other?.end({ kind: 'completed', status: 200 });
    expect(group.isClosed).toBe(true);
  });

  test('share the connections of one address, whichever rules name it', () => {
    const upstreams = startUpstreams();
    sides.onClose(() => upstreams.close());
    const [trips, vehicles] = [anUpstream({}), anUpstream({ name: 'vehicles' })];
    const poolOf = (upstream: typeof trips) => upstreams.of(upstream).instances[0]?.pool;
    expect(poolOf(trips)).toBe(poolOf(vehicles));
  });
});
