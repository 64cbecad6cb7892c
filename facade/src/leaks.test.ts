import { afterEach, describe, expect, test, vi } from 'vitest';
import { endings } from './testing/endings.ts';
import { eventually } from './testing/eventually.ts';
import { startFacade } from './testing/facade.ts';
import { faults, type Fault } from './testing/faults.ts';
import { openRawClient, type RawClient, type RawServer } from './testing/raw-sockets.ts';
import { aliveCounts, socketCount, timerCount } from './testing/residue.ts';
import { createSides } from './testing/sides.ts';

vi.setConfig({ testTimeout: 120_000 });
const sides = createSides();
afterEach(() => sides.close());

const roundCount = 3;
const roundSize = 20;
// What is held of the last one until the next comes, timers that all requests share, and connections of the test's own calls; one kept for each request would make 60.
const sharedCount = 10;

// Where a request waits for its time to be over; elsewhere a busy machine must not end it so.
const isByTime = (label: string): boolean => /^(timed-out|client-stalled|rate-limited)/.test(label);

const rulesFor = (origin: string, label: string, { totalMs = 10_000, limits = '{}' }: Fault): string => {
  const limitMs = isByTime(label) ? 300 : 9_000;
  return `
version: 1
upstreams:
  legacy:
    side: legacy
    url: ${origin}
    health: { ejectAfter: 1000 }
    breaker: { enabled: ${label === 'unavailable'}, openMs: 60000 }
defaults:
  upstream: legacy
  timeouts: { connectMs: ${limitMs}, headersMs: ${limitMs}, bodyIdleMs: ${limitMs}, totalMs: ${totalMs} }
  limits: ${limits}
capabilities: {}
routes: []
`;
};

async function startScene(label: string, fault: Fault) {
  const side = await sides.raw(fault.onData);
  if (fault.isAbsent) await side.close();
  const facade = await startFacade({
    rules: rulesFor(side.origin, label, fault),
    env: { FACADE_DRAIN_MS: '0', ...fault.env },
  });
  sides.onClose(() => facade.close());
  await fault.before?.({ facade, side });
  return { facade, side };
}

type Scene = Awaited<ReturnType<typeof startScene>>;

/** What a client waits for is its own request at the side. */
function sinceNow(side: RawServer): RawServer {
  const { length } = side.received();
  return { ...side, received: () => side.received().slice(length) };
}

async function runOne({ facade, side }: Scene, { send, then }: Fault): Promise<RawClient> {
  const stage = { facade, side: sinceNow(side) };
  const client = await openRawClient(facade.port, send);
  await then?.(client, stage);
  return client;
}

async function runRound(scene: Scene, label: string, fault: Fault): Promise<void> {
  const { length: servedBefore } = scene.facade.servedLines();
  // One at a time where the client looks at what its own request has done; waiting for a time is done by all together.
  const isOneAtATime = fault.then !== undefined && !label.startsWith('client-stalled');
  const opening: Promise<RawClient>[] = [];
  for (let index = 0; index < roundSize; index += 1) {
    const one = runOne(scene, fault);
    if (isOneAtATime) await one;
    opening.push(one);
  }
  const clients = await Promise.all(opening);
  if (label === 'refused')
    await eventually(() => clients.forEach(({ received }) => expect(received()).toContain(' 400 Bad Request\r\n')));
  else {
    const served = () => scene.facade.servedLines().slice(servedBefore);
    await eventually(() => expect(served().length).toBeGreaterThanOrEqual(roundSize));
    // Not each: a token comes back to who asks too often, a busy machine is late.
    expect(served().map(({ outcome }) => outcome)).toContain(label);
  }
  clients.forEach(({ socket }) => socket.destroy());
}

const ways = [...endings, ...Object.entries(faults).map(([label, [fault]]) => [label, fault] as const)];

describe('nothing is kept behind a request', () => {
  test.each(ways.map(([label, fault]) => [label, fault.how, fault] as const))('%s: %s', async (label, _how, fault) => {
    const scene = await startScene(label, fault);
    const [timersBefore, socketsBefore] = [timerCount(), socketCount()];
    for (let round = 0; round < roundCount; round += 1) await runRound(scene, label, fault);

    // The one that takes the only connection to the side goes on.
    const heldCount = fault.env?.['FACADE_UPSTREAM_CONNECTIONS'] === '1' ? 1 : 0;
    const keptCount = label === 'completed' ? roundSize : heldCount;
    await eventually(() => {
      expect(scene.side.openCount()).toBeLessThanOrEqual(keptCount);
      expect(socketCount()).toBeLessThanOrEqual(socketsBefore + 2 * scene.side.openCount() + sharedCount);
      expect(timerCount()).toBeLessThanOrEqual(timersBefore + sharedCount);
    });
    await eventually(() => {
      const { Connection = 0, H1Connection = 0, ...ofRequests } = aliveCounts();
      expect(Object.entries(ofRequests).filter(([, count]) => count > sharedCount)).toEqual([]);
      expect(H1Connection).toBe(scene.side.openCount());
      expect(Connection).toBeLessThanOrEqual(sharedCount);
    });
  });
});
