import { connect, constants, type ClientHttp2Stream, type ServerHttp2Stream } from 'node:http2';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { h2Side } from '../testing/h2-side.ts';
import { Injected } from '../testing/injected.ts';
import { aliveCounts, socketCount, timerCount } from '../testing/residue.ts';
import { createSides } from '../testing/sides.ts';

vi.setConfig({ testTimeout: 60_000 });
const sides = createSides();
afterEach(() => sides.close());

interface Way {
  readonly how: string;
  readonly label: string;
  readonly onStream: (stream: ServerHttp2Stream) => void;
  readonly body?: string;
  readonly then: (stream: ClientHttp2Stream, isAtSide: () => boolean) => Promise<unknown>;
}

const answered = (stream: ServerHttp2Stream): void => {
  stream.respond({ ':status': 200 });
  stream.resume().on('end', () => stream.end('ok'));
};
const half = (stream: ServerHttp2Stream): void => {
  stream.respond({ ':status': 200 });
  stream.write('half');
};
const silent = (stream: ServerHttp2Stream): void => void stream.resume();

const ways: readonly Way[] = [
  { how: 'a read is answered', label: 'completed', onStream: answered, then: (stream) => text(stream) },
  { how: 'a write is answered', label: 'completed', body: 'hello', onStream: answered, then: (stream) => text(stream) },
  {
    how: 'the client resets it before the answer',
    label: 'client-aborted',
    onStream: silent,
    then: async (stream, isAtSide) => {
      await eventually(() => expect(isAtSide()).toBe(true));
      stream.close(constants.NGHTTP2_CANCEL);
    },
  },
  {
    how: 'the client resets it in the answer',
    label: 'client-aborted',
    onStream: half,
    then: async (stream) => {
      await once(stream, 'data');
      stream.close(constants.NGHTTP2_CANCEL);
    },
  },
  {
    how: 'the side resets it before the answer',
    label: 'upstream-cut',
    onStream: (stream) => stream.close(constants.NGHTTP2_INTERNAL_ERROR),
    then: (stream) => text(stream),
  },
  {
    how: 'the side resets it in the answer',
    label: 'upstream-cut',
    onStream: (stream) => {
      half(stream);
      // Not `close`, which ends the body before it resets.
      setImmediate(() => stream.destroy(new Injected('injected')));
    },
    then: (stream) => text(stream).catch(() => undefined),
  },
  { how: 'the side never answers', label: 'timed-out', onStream: silent, then: (stream) => text(stream) },
];

describe('nothing is kept behind a stream, while both connections go on', () => {
  test.each(ways)('$label: $how', async ({ label, onStream, body, then }) => {
    let seenCount = 0;
    const side = await h2Side(sides, (stream) => {
      seenCount += 1;
      onStream(stream);
    });
    const forwarder = await sides.forwarderTo(side, { protocol: 'h2c', timeouts: { headersMs: 300 } });
    const client = connect(forwarder.url);
    sides.onClose(() => client.destroy());
    await once(client, 'connect');
    const [timersBefore, socketsBefore] = [timerCount(), socketCount()];
    const ask = async (): Promise<void> => {
      const seenBefore = seenCount;
      const stream = client.request({ ':path': '/', ':method': body === undefined ? 'GET' : 'POST' });
      stream.on('error', () => undefined).end(body);
      await then(stream, () => seenCount > seenBefore);
    };
    for (let round = 0; round < 3; round += 1) {
      if (label === 'client-aborted') for (let index = 0; index < 20; index += 1) await ask();
      else await Promise.all(Array.from({ length: 20 }, ask));
    }

    await eventually(() => expect(forwarder.outcomes.filter(({ kind }) => kind === label)).toHaveLength(60));
    await eventually(() => {
      // Something may hold the last one until the next comes.
      expect(Object.entries(aliveCounts()).filter(([, count]) => count > 5)).toEqual([]);
      expect(timerCount()).toBeLessThanOrEqual(timersBefore + 5);
      expect(socketCount()).toBeLessThanOrEqual(socketsBefore + 2 * side.sessions.length);
      expect(side.sessions.length).toBeLessThanOrEqual(2);
    });
  });
});

test('no clock runs on behind a connection that has ended', async () => {
  const side = await h2Side(sides, answered);
  const { url } = await sides.forwarderTo(side, { protocol: 'h2c' });
  const visit = async (): Promise<void> => {
    const client = connect(url);
    const stream = client.request({ ':path': '/' });
    await text(stream);
    client.close();
    await once(client, 'close');
  };
  await visit();
  const timersBefore = timerCount();
  for (let index = 0; index < 50; index += 1) await visit();
  await eventually(() => expect(timerCount()).toBeLessThanOrEqual(timersBefore + 5));
});
