import { queryObjects } from 'node:v8';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { OwnRequest } from '../own-exchange/own-request.ts';
import { OwnResponse } from '../own-exchange/own-response.ts';
import { eventually } from '../testing/eventually.ts';
import { aListeningSide, aMirroringFacade, copiesEnded } from '../testing/mirroring.ts';
import { answering } from '../testing/raw-sockets.ts';
import { aliveCounts, timerCount } from '../testing/residue.ts';
import { createSides, okBytes } from '../testing/sides.ts';

vi.setConfig({ testTimeout: 120_000 });
const sides = createSides();
afterEach(() => sides.close());

const requestCount = 60;
// Of requests one after the other; one kept for each would make sixty.
const sharedCount = 10;

describe('nothing is kept behind copies', () => {
  test.each<readonly [how: string, onData: Parameters<typeof sides.raw>[0]]>([
    ['that are answered', answering(okBytes)],
    ['that are not', () => undefined],
    ['that are reset', (socket) => void socket.resetAndDestroy()],
  ])('%s', async (_how, onData) => {
    const candidate = await sides.raw(onData);
    const legacy = await aListeningSide(sides, 'legacy');
    const candidateRules = 'timeouts: { headersMs: 300, totalMs: 600 }, breaker: { enabled: false }';
    const facade = await aMirroringFacade(sides, {
      legacy: legacy.origin,
      candidate: candidate.origin,
      candidateRules,
    });
    const timersBefore = timerCount();
    for (let count = 0; count < requestCount; count += 1)
      await (await fetch(`${facade.url}/writes/a`, { method: 'POST', body: 'hello' })).text();
    await copiesEnded(facade);
    await eventually(() => {
      const own = { OwnRequest: queryObjects(OwnRequest), OwnResponse: queryObjects(OwnResponse) };
      const kept = Object.entries({ ...aliveCounts(), ...own }).filter(([, count]) => Number(count) > sharedCount);
      expect(kept).toEqual([]);
      expect(timerCount()).toBeLessThanOrEqual(timersBefore + sharedCount);
    });
  });
});
