import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { aCachedSide, aCachingFacade, secondOf, startMs } from '../testing/caching.ts';
import { createSides } from '../testing/sides.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();

// Freshness is a matter of the clock on the wall; timers stay real.
beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: startMs }));
afterEach(async () => {
  await sides.close();
  vi.useRealTimers();
});

const fresh = { 'Cache-Control': 'max-age=60' };
const dated = { Date: new Date(startMs).toUTCString() };

describe('a stale answer is asked about', () => {
  test.each([
    ['its tag', { ETag: '"1"' }, 'if-none-match', '"1"'],
    ['its weak tag', { ETag: 'W/"1"' }, 'if-none-match', 'W/"1"'],
    ['its date', { 'Last-Modified': dated.Date }, 'if-modified-since', dated.Date],
  ])('by %s, and is fresh again', async (_title, validator, name, value) => {
    const steps = { answer: { ...fresh, ...validator, 'X-A': '1' }, afterSeconds: 61 };
    const { result, askedCount, body, age, status, side } = await secondOf(sides, steps);
    expect([result, askedCount, body, age, status]).toEqual(['revalidated', 2, 'answer 1', '0', 200]);
    expect(side.asked[1]?.headers[name]).toBe(value);
  });

  test('each time, when nothing says how long it is fresh', async () => {
    const { result, body } = await secondOf(sides, { answer: { ETag: '"1"' } });
    expect([result, body]).toEqual(['revalidated', 'answer 1']);
  });

  test('and the new one takes its place', async () => {
    const tags = ['"1"', '"2"', '"2"'];
    let askedCount = 0;
    const origin = await sides.node((request, response) => {
      const tag = tags[askedCount++];
      const isKnown = request.headers['if-none-match'] === tag;
      response
        .writeHead(isKnown ? 304 : 200, { ...fresh, ETag: tag ?? '' })
        .end(isKnown ? undefined : `body of ${tag}`);
    });
    const facade = await aCachingFacade(sides, origin);
    const seen: unknown[] = [];
    for (const second of [0, 61, 122, 123]) {
      vi.setSystemTime(startMs + second * 1000);
      const got = await fetch(`${facade.url}/list`);
      seen.push([got.headers.get('x-banyan-cache'), await got.text()]);
    }
    expect(seen).toEqual([
      ['miss', 'body of "1"'],
      ['miss', 'body of "2"'],
      ['revalidated', 'body of "2"'],
      ['hit', 'body of "2"'],
    ]);
  });

  test('with the validators of the kept one, not those of the client, who gets a 304 when it has the same', async () => {
    const steps = { answer: { ...fresh, ETag: '"1"' }, afterSeconds: 61, second: { 'if-none-match': '"0", "1"' } };
    const { result, body, status, side } = await secondOf(sides, { ...steps, first: {} });
    expect([result, body, status]).toEqual(['revalidated', '', 304]);
    expect(side.asked[1]?.headers['if-none-match']).toBe('"1"');
  });
});

describe('a client that has the answer gets a 304 without a body', () => {
  test.each([
    ['by its tag', { ETag: '"1"' }, { 'if-none-match': '"1"' }],
    ['by its tag, weakly', { ETag: '"1"' }, { 'if-none-match': '"0", W/"1"' }],
    ['by any tag', { ETag: '"1"' }, { 'if-none-match': '*' }],
    ['by its date', { 'Last-Modified': dated.Date }, { 'if-modified-since': dated.Date }],
  ])('%s', async (_title, validator, second) => {
    const { result, body, status, askedCount } = await secondOf(sides, {
      answer: { ...fresh, ...validator },
      // Without it, fetch itself asks for no stored answer.
      second: { 'cache-control': 'max-age=60', ...second },
      first: {},
    });
    expect([result, body, status, askedCount]).toEqual(['hit', '', 304, 1]);
  });

  test.each([
    ['whose tag is another', { ETag: '"1"' }, { 'if-none-match': '"2"' }],
    [
      'whose tag is another, whatever the date',
      {
        ETag: '"1"',
        'Last-Modified': dated.Date,
      },
      { 'if-none-match': '"2"', 'if-modified-since': dated.Date },
    ],
    ['whose date is older', { 'Last-Modified': dated.Date }, { 'if-modified-since': new Date(0).toUTCString() }],
  ])('but not one %s', async (_title, validator, second) => {
    const { result, body, status } = await secondOf(sides, {
      answer: { ...fresh, ...validator },
      second: { 'cache-control': 'max-age=60', ...second },
      first: {},
    });
    expect([result, body, status]).toEqual(['hit', 'answer 1', 200]);
  });
});

test('HEAD is answered from what GET got, and GET never from HEAD', async () => {
  const side = await aCachedSide(sides, fresh);
  const facade = await aCachingFacade(sides, side.origin);
  await fetch(`${facade.url}/list`, { method: 'HEAD' });
  const get = await fetch(`${facade.url}/list`);
  expect([get.headers.get('x-banyan-cache'), await get.text()]).toEqual(['miss', 'answer 2']);
  const head = await fetch(`${facade.url}/list`, { method: 'HEAD' });
  expect([head.headers.get('x-banyan-cache'), head.headers.get('content-length')]).toEqual(['hit', '8']);
  expect(side.asked.map(({ method }) => method)).toEqual(['HEAD', 'GET']);
});

test.each(['PUT', 'POST', 'DELETE'])(
  '%s to the path forgets the answer before the writer hears of it',
  async (method) => {
    const side = await aCachedSide(sides, fresh);
    const facade = await aCachingFacade(sides, side.origin);
    await (await fetch(`${facade.url}/list`)).text();
    const written = await fetch(`${facade.url}/list`, { method });
    const read = await fetch(`${facade.url}/list`);
    expect([written.status, read.headers.get('x-banyan-cache')]).toEqual([200, 'miss']);
  },
);

test('an answer that was under way while its path was written to is not kept', async () => {
  let release: () => void = () => undefined;
  const origin = await sides.node((request, response) => {
    if (request.method === 'PUT') response.end('written');
    else {
      response.writeHead(200, fresh).write('before ');
      release = () => response.end('the write');
    }
  });
  const facade = await aCachingFacade(sides, origin);
  const reading = await fetch(`${facade.url}/list`);
  await fetch(`${facade.url}/list`, { method: 'PUT' });
  release();
  expect(await reading.text()).toBe('before the write');
  const again = fetch(`${facade.url}/list`);
  expect((await again).headers.get('x-banyan-cache')).toBe('miss');
  release();
  await (await again).text();
});

test.each([
  ['in the middle of a body', 'HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 10\r\n\r\nhalf'],
  [
    'in the middle of chunks',
    'HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n',
  ],
  ['where nothing marks the end', 'HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nConnection: close\r\n\r\nhalf'],
])('an answer that broke off %s is not kept', async (_title, bytes) => {
  const side = await sides.raw((socket, soFar) => {
    if (soFar.endsWith('\r\n\r\n')) socket.end(bytes);
  });
  const facade = await aCachingFacade(sides, side.origin);
  for (let count = 1; count <= 2; count++) {
    const got = await fetch(`${facade.url}/list`);
    expect(got.headers.get('x-banyan-cache')).toBe('miss');
    await got.text().catch(() => 'broken');
  }
  expect(side.received().match(/GET \/list/g)?.length).toBe(2);
});

test('an answer that announced trailers, and sent none, is given again with its length', async () => {
  const bytes = `HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`;
  const side = await sides.raw((socket, soFar) => {
    if (soFar.endsWith('\r\n\r\n')) socket.end(bytes);
  });
  const facade = await aCachingFacade(sides, side.origin);
  expect(await (await fetch(`${facade.url}/list`)).text()).toBe('ok');
  const hit = await fetch(`${facade.url}/list`);
  expect([hit.headers.get('x-banyan-cache'), hit.headers.get('trailer'), await hit.text()]).toEqual([
    'hit',
    null,
    'ok',
  ]);
});

test('a trailing part of an answer in chunks is kept with a length', async () => {
  const server = await sides.node((_request, response) => {
    response.writeHead(200, fresh);
    response.write('one ');
    setImmediate(() => response.end('two'));
  });
  const facade = await aCachingFacade(sides, server);
  expect(await (await fetch(`${facade.url}/list`)).text()).toBe('one two');
  const hit = await fetch(`${facade.url}/list`);
  expect([hit.headers.get('x-banyan-cache'), hit.headers.get('content-length'), await hit.text()]).toEqual([
    'hit',
    '7',
    'one two',
  ]);
});
