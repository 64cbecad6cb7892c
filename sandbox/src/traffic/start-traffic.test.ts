import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { patiently } from '../testing/patiently.ts';
import { startTraffic } from './start-traffic.ts';
import type { TrafficCounts } from './traffic-counts.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

async function aFacade(answer: Answer): Promise<{ readonly url: string; readonly paths: string[] }> {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    paths.push(`${request.method ?? ''} ${request.url ?? ''}`);
    request.resume();
    answer(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, paths };
}

const fleet: Answer = (request, response) => {
  const isNew = request.method === 'POST' && request.url === '/trips';
  response.writeHead(isNew ? 201 : 200, { 'content-type': 'application/json', 'x-banyan-side': 'legacy' });
  response.end(JSON.stringify({ id: 7, token: 'a token', items: [{ id: 3 }] }));
};

describe('traffic', () => {
  test('takes users through a whole ride, in an order', async () => {
    const { url, paths } = await aFacade(fleet);
    // One user only, so that the rides do not interleave with each other's.
    const traffic = startTraffic({ facadeUrl: url, requestsPerSecond: 100, userCount: 1, onReport: () => undefined });
    await expect.poll(() => paths, patiently).toContain('GET /trips/7');
    await traffic.stop();
    const order = [
      'POST /users/login',
      'POST /trips',
      'POST /trips/7/start',
      'POST /tracking/7/points',
      'POST /trips/7/complete',
    ];
    const places = order.map((path) => paths.indexOf(path));
    expect(places).toEqual([...places].sort((one, other) => one - other));
    expect(places).not.toContain(-1);
  });

  test('counts answers by status and side', async () => {
    const { url, paths } = await aFacade(fleet);
    const reports: TrafficCounts[] = [];
    const traffic = startTraffic({
      facadeUrl: url,
      requestsPerSecond: 200,
      onReport: (counts) => reports.push(counts),
    });
    await expect.poll(() => paths.length, patiently).toBeGreaterThan(20);
    await traffic.stop();
    const [{ byStatus, bySide }] = reports as [TrafficCounts];
    expect(Object.keys(byStatus)).toContain('200');
    expect(Object.keys(bySide)).toEqual(['legacy']);
  });

  test('lets a user log in once, not for every ride', async () => {
    const { url, paths } = await aFacade(fleet);
    const countOf = (path: string): number => paths.filter((one) => one === path).length;
    const ridden = (rideCount: number): Promise<void> =>
      expect.poll(() => countOf('POST /trips/7/complete'), patiently).toBeGreaterThanOrEqual(rideCount);
    const traffic = startTraffic({ facadeUrl: url, requestsPerSecond: 500, userCount: 1, onReport: () => undefined });
    // Rides that begin before the first answer log in each for itself; their logins came long before this.
    await ridden(4);
    const loginCount = countOf('POST /users/login');
    await ridden(countOf('POST /trips') + 2);
    await traffic.stop();
    expect(countOf('POST /users/login')).toBe(loginCount);
  });

  test('skips and counts requests when too many are under way', async () => {
    const { url, paths } = await aFacade(() => undefined);
    const reports: TrafficCounts[] = [];
    const traffic = startTraffic({
      facadeUrl: url,
      requestsPerSecond: 1000,
      reportEveryMs: 50,
      onReport: (counts) => reports.push(counts),
    });
    await expect.poll(() => reports.some(({ skippedCount }) => skippedCount > 0), patiently).toBe(true);
    await traffic.stop();
    expect(paths.length).toBeLessThanOrEqual(64);
  });

  test('goes on when nobody answers', async () => {
    const reports: TrafficCounts[] = [];
    const traffic = startTraffic({
      facadeUrl: 'http://127.0.0.1:1',
      requestsPerSecond: 200,
      reportEveryMs: 20,
      onReport: (counts) => reports.push(counts),
    });
    await expect.poll(() => reports.filter(({ failedCount }) => failedCount > 0).length, patiently).toBeGreaterThan(2);
    await traffic.stop();
  });
});
