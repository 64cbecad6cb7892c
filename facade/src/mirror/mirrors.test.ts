import { describe, expect, test, vi } from 'vitest';
import type { Exchanges, ExchangeWay } from '../forward/exchanges.ts';
import { OwnRequest } from '../own-exchange/own-request.ts';
import { anUpstream } from '../testing/an-upstream.ts';
import { eventually } from '../testing/eventually.ts';
import { Mirrors, type Copy } from './mirrors.ts';

const timeouts = { connectMs: 1, headersMs: 2, bodyIdleMs: 3, totalMs: undefined, upgradeIdleMs: 4 };

function aCopy(totalMs: number | undefined, release: () => void): Copy {
  const candidate = { upstream: anUpstream({}), timeouts: { ...timeouts, totalMs }, transform: undefined };
  const mirror = { percent: 100, bodyBytes: 0, writes: false, destination: candidate };
  return {
    request: new OwnRequest({ method: 'GET', target: '/a', headers: {}, rawHeaders: [], client: { destroy: vi.fn() } }),
    target: '/a',
    introduction: {
      peerAddress: '127.0.0.1',
      isPeerTrusted: false,
      scheme: 'http',
      requestId: 'r',
      traceparent: 't',
      keepsTracestate: false,
      gatewayNames: new Set(),
    },
    order: { routeId: 'reads', mirror, candidate },
    release,
  };
}

function mirrorsOver(exchanges: Exchanges) {
  const onCrash = vi.fn();
  const metrics = {
    mirrored: { inc: vi.fn() },
    mirroredDurations: { child: () => ({ observe: vi.fn() }) },
  };
  return { onCrash, mirrors: new Mirrors({ exchanges, metrics: metrics as never, limit: 1, onCrash }) };
}

describe('a copy', () => {
  test.each([
    ['a minute at most, where the rule knows no end', undefined, 60_000],
    ['a minute at most, where the rule gives it longer', 600_000, 60_000],
    ['as long as the rule says', 5_000, 5_000],
  ])('has %s', async (_how, ruleMs, expectedMs) => {
    const ways: ExchangeWay[] = [];
    const send = (way: ExchangeWay) => {
      ways.push(way);
      return Promise.resolve({ kind: 'completed', status: 200 } as const);
    };
    const release = vi.fn();
    const { mirrors } = mirrorsOver({ open: () => ({ isUntouched: true, send }) });
    expect(mirrors.offer(aCopy(ruleMs, release))).toBe(true);
    await eventually(() => expect(release).toHaveBeenCalledOnce());
    expect(ways.map((way) => way.timeouts)).toEqual([{ ...timeouts, totalMs: expectedMs }]);
  });

  test('that cannot even be opened is told, and takes no place', async () => {
    const broken = new TypeError('no');
    const { mirrors, onCrash } = mirrorsOver({
      open: () => {
        throw broken;
      },
    });
    const release = vi.fn();
    expect(mirrors.offer(aCopy(undefined, release))).toBe(true);
    expect([mirrors.offer(aCopy(undefined, release)), mirrors.underWayCount]).toEqual([false, 1]);
    await eventually(() => expect(onCrash).toHaveBeenCalledExactlyOnceWith(broken));
    expect([release.mock.calls.length, mirrors.underWayCount]).toEqual([1, 0]);
  });
});
