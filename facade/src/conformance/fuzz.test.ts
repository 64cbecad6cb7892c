import fc from 'fast-check';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { fuzzSeconds, fuzzSeed } from '../testing/config.ts';
import { openConformanceBench, statusesIn, type ConformanceBench } from '../testing/conformance.ts';
import { eventually } from '../testing/eventually.ts';
import { hostileStream, type HostileStream } from '../testing/hostile-bytes.ts';
import { openRawClient } from '../testing/raw-sockets.ts';
import type { StrictRequest } from '../testing/strict-requests.ts';

vi.setConfig({ testTimeout: fuzzSeconds * 1_000 + 120_000, hookTimeout: 60_000 });

let bench: ConformanceBench;
/** Of this process: those of the clients, of the facade to the side, and of the side. */
const socketCount = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;
beforeAll(async () => {
  bench = await openConformanceBench();
});
afterAll(() => bench.close());

const runsPerRound = 25;
const lastRequest = 'GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
// Where bytes are missing nothing ends by itself: then the client leaves, and the facade must let go.
const patienceMs = 60;

/** Writes the stream and a good last request, and sees the connection to its end. */
async function attack({ packets }: HostileStream): Promise<string> {
  const client = await openRawClient(bench.facade.port);
  for (const packet of [...packets, lastRequest]) {
    if (!client.socket.writable) break;
    client.socket.write(packet, 'latin1');
    await nextTurn();
  }
  const isOver = await Promise.race([client.ended.then(() => true), pause(patienceMs, false)]);
  if (!isOver) client.socket.end();
  const isEnded = await Promise.race([client.ended.then(() => true), pause(10_000, false)]);
  client.socket.destroy();
  expect(isEnded, 'the connection ends').toBe(true);
  return client.received();
}

const idOf = ({ headers }: StrictRequest): string | undefined => headers.find(([name]) => name === 'x-request-id')?.[1];

const nameOf = (method: unknown, id: unknown): string => `${String(method)} ${String(id)}`;
/** What the log said in earlier runs: bytes of a client that left may arrive late. */
const known = new Set<string>();

/** The side saw the requests that the log says it was sent, each once, and no other. */
function expectLogAndSideToAgree(firstLine: number, statuses: readonly number[]): void {
  const lines = bench.facade.lines.slice(firstLine);
  const served = lines.filter((line) => line.event === 'request.served' && 'rule' in line);
  const told = served.map((line) => nameOf(line['method'], line['requestId']));
  const seen = bench.side.requests().map((request) => nameOf(request.method, idOf(request)));
  expect(new Set(seen).size, 'no request reaches the side twice').toBe(seen.length);
  expect(
    seen.filter((name) => !told.includes(name) && !known.has(name)),
    'requests that no log line knows',
  ).toEqual([]);
  const ofThisRun = seen.filter((name) => told.includes(name));
  const completedCount = served.filter(({ outcome }) => outcome === 'completed').length;
  expect(ofThisRun.length, 'a completed request was seen').toBeGreaterThanOrEqual(completedCount);
  expect(lines.filter(({ event, level }) => event === 'request.crashed' || level === 'error')).toEqual([]);
  expectAnswersToAgree(statuses, ofThisRun.length);
  for (const name of told) known.add(name);
}

/** The side answers 200 to everything: another status is a refusal of ours, and nothing is served behind one. */
function expectAnswersToAgree(statuses: readonly number[], seenCount: number): void {
  const servedCount = statuses.filter((status) => status === 200).length;
  const isRefused = (statuses.at(-1) ?? 200) >= 400;
  expect(statuses).not.toContain(500);
  expect(servedCount, 'all but the last answer are 200').toBeGreaterThanOrEqual(statuses.length - 1);
  expect(seenCount, 'each 200 is the answer to a request').toBeGreaterThanOrEqual(servedCount);
  // A client that leaves may miss one answer.
  expect(seenCount, 'requests that nobody saw the answer of').toBeLessThanOrEqual(servedCount + (isRefused ? 0 : 1));
}

const attacked = fc.asyncProperty(hostileStream, async (stream) => {
  bench.side.forget();
  const firstLine = bench.facade.lines.length;
  const statuses = statusesIn(await attack(stream)).filter((status) => status >= 200);
  expect(bench.side.violations(), 'what the side was sent').toEqual([]);
  await eventually(() => expectLogAndSideToAgree(firstLine, statuses));
});

test(`for ${fuzzSeconds} s: hostile bytes reach the side as whole requests that are in the log, or not at all`, async () => {
  const deadline = performance.now() + fuzzSeconds * 1_000;
  let seed = fuzzSeed;
  do {
    // Shrinks to the smallest stream that fails, and prints it with its seed.
    await fc.assert(attacked, { seed, numRuns: runsPerRound });
    seed += 1;
  } while (performance.now() < deadline);
  expect(seed).toBeGreaterThan(fuzzSeed);
});

test('nothing of it is left: no request in flight, and, once the idle time is over, no connection', async () => {
  await eventually(async () => {
    const { body } = await bench.facade.admin('GET', '/metrics');
    expect(body).toContain('facade_requests_in_flight 0');
  });
  const client = await openRawClient(bench.facade.port, lastRequest);
  await client.ended;
  expect(client.received()).toMatch(/^HTTP\/1\.1 200 [^]*ok$/);
  // Both ends of the call to the admin port may be idle still.
  await eventually(() => expect([bench.side.openCount(), Math.max(2, socketCount())]).toEqual([0, 2]));
});
