import { once } from 'node:events';
import { constants, type ServerHttp2Stream } from 'node:http2';
import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { fc, test as property } from '@fast-check/vitest';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { startFacade } from '../testing/facade.ts';
import { h2Side } from '../testing/h2-side.ts';
import { createSides } from '../testing/sides.ts';
import { KeptBody } from './kept-body.ts';

vi.setConfig({ testTimeout: 60_000 });
const sides = createSides();
afterEach(() => sides.close());

const retries = { count: 3, baseMs: 1, maxMs: 1 };
const refuse = (stream: ServerHttp2Stream): void => stream.close(constants.NGHTTP2_REFUSED_STREAM);

interface Taken {
  readonly stream: ServerHttp2Stream;
  /** Of the body so far. */
  body: string;
  isWhole: boolean;
}

/** A side that does nothing of its own but take what comes. */
async function takingSide(onTaken: (taken: Taken, index: number) => void) {
  const all: Taken[] = [];
  const side = await h2Side(sides, (stream) => {
    const taken: Taken = { stream, body: '', isWhole: false };
    const index = all.push(taken) - 1;
    stream.on('data', (chunk: Buffer) => {
      taken.body += chunk.toString();
      onTaken(taken, index);
    });
    stream.on('end', () => {
      taken.isWhole = stream.rstCode === constants.NGHTTP2_NO_ERROR && !stream.aborted;
      onTaken(taken, index);
    });
    onTaken(taken, index);
  });
  return { side: { ...side, retries }, all };
}

const answer = ({ stream }: Taken): void => {
  if (stream.closed || stream.headersSent) return;
  stream.respond({ ':status': 200 });
  stream.end('done');
};

const answerOf = async (asked: ClientRequest): Promise<string> => {
  const [head] = (await once(asked, 'response')) as [IncomingMessage];
  return text(head);
};

describe('a POST that the side refuses when it has taken bytes of the body', () => {
  test('is sent again with all of them, and the client goes on sending', async () => {
    const { side, all } = await takingSide((taken, index) => {
      if (index > 0) behaviours.ok(taken);
      else if (taken.body === 'one') refuse(taken.stream);
    });
    const { url } = await sides.forwarderTo(side);
    const asked = httpRequest(url, { method: 'POST' });
    const answered = answerOf(asked);
    asked.write('one');
    await eventually(() => expect(all[1]?.body).toBe('one'));
    asked.end('two');
    expect(await answered).toBe('done');
    expect(all.map(({ body }) => body)).toEqual(['one', 'onetwo']);
  });

  test('is sent again when it was whole already, an empty one too', async () => {
    for (const body of ['whole', '']) {
      const { side, all } = await takingSide((taken, index) => {
        if (!taken.isWhole) return;
        if (index < 2) refuse(taken.stream);
        else answer(taken);
      });
      const { url } = await sides.forwarderTo(side);
      const asked = httpRequest(url, { method: 'POST', headers: { 'transfer-encoding': 'chunked' } }).end(body);
      expect(await answerOf(asked)).toBe('done');
      expect(all.map((taken) => taken.body)).toEqual([body, body, body]);
    }
  });

  test('ends as connect-failed when the side took more than is kept', async () => {
    const large = 'x'.repeat(70_000);
    const { side, all } = await takingSide((taken) => taken.isWhole && refuse(taken.stream));
    const { url } = await sides.forwarderTo(side);
    expect(await (await fetch(url, { method: 'POST', body: large })).text()).toBe('connect-failed');
    expect(all).toHaveLength(1);
  });

  test('is read no further while it is sent again, and counts towards its limit once', async () => {
    const { side, all } = await takingSide((taken, index) => {
      if (index >= 2) behaviours.ok(taken);
      else if (taken.body.length >= 600) refuse(taken.stream);
    });
    const facade = await startFacade({
      rules: `
version: 1
upstreams: { legacy: { side: legacy, url: '${side.urls[0]}', protocol: h2, retries: { count: 3 } } }
defaults: { upstream: legacy, limits: { bodyBytes: 1000 } }
`,
    });
    sides.onClose(() => facade.close());
    const post = (): ClientRequest => httpRequest(facade.url, { method: 'POST' });
    const asked = post();
    const answered = answerOf(asked);
    asked.write('x'.repeat(600));
    await eventually(() => expect(all[2]?.body).toHaveLength(600));
    asked.end('x'.repeat(400));
    expect(await answered).toBe('done');
    const larger = post();
    const refused = once(larger, 'response') as Promise<[IncomingMessage]>;
    larger.write('x'.repeat(600));
    await eventually(() => expect(all[3]?.body).toHaveLength(600));
    larger.end('x'.repeat(401));
    expect((await refused)[0].statusCode).toBe(413);
    larger.destroy();
  });

  test('is not sent again for a client that left meanwhile', async () => {
    const { side, all } = await takingSide((taken) => taken.body === 'one' && refuse(taken.stream));
    const { url, outcomes } = await sides.forwarderTo(
      { ...side, retries: { count: 1, baseMs: 60_000, maxMs: 60_000 } },
      { random: () => 0.99 },
    );
    const asked = httpRequest(url, { method: 'POST' }).on('error', () => undefined);
    asked.write('one');
    await eventually(() => expect(all[0]?.stream.closed).toBe(true));
    asked.destroy();
    await eventually(() => expect(outcomes).toHaveLength(1));
    expect(all).toHaveLength(1);
  });
});

type Behaviour = 'ok' | 'refuse' | 'refuse-late' | 'reset' | 'reset-late' | 'cut' | 'close' | 'cut-in-body';

/** What a server does with a stream; `late`: when it has the whole request. */
const behaviours: Readonly<Record<Behaviour, (taken: Taken) => void>> = {
  ok: (taken) => taken.isWhole && answer(taken),
  refuse: ({ stream }) => refuse(stream),
  'refuse-late': ({ stream, isWhole }) => isWhole && refuse(stream),
  reset: ({ stream }) => stream.close(constants.NGHTTP2_INTERNAL_ERROR),
  'reset-late': ({ stream, isWhole }) => isWhole && stream.close(constants.NGHTTP2_INTERNAL_ERROR),
  cut: ({ stream }) => stream.session?.destroy(),
  close: (taken) => {
    taken.stream.session?.close();
    behaviours.ok(taken);
  },
  'cut-in-body': ({ stream, isWhole }) => {
    if (!isWhole || stream.headersSent) return;
    stream.respond({ ':status': 200 });
    stream.write('half', () => stream.session?.destroy());
  },
};

const asked = fc.record({
  method: fc.constantFrom('GET', 'PUT', 'DELETE', 'POST', 'PATCH'),
  pieces: fc.array(fc.constantFrom('a', 'bc', 'd'.repeat(30_000)), { maxLength: 4 }),
  script: fc.array(fc.constantFrom(...(Object.keys(behaviours) as Behaviour[])), { minLength: 4, maxLength: 4 }),
});

const isIdempotent = (method: string): boolean => method === 'PUT' || method === 'DELETE';

/** @returns the body of the answer, or `broken` */
async function send(url: string, { method, pieces }: { method: string; pieces: readonly string[] }): Promise<string> {
  const headers = method === 'GET' ? {} : { 'transfer-encoding': 'chunked' };
  const request = httpRequest(url, { method, agent: false, headers });
  const answered = answerOf(request).catch(() => 'broken');
  if (method !== 'GET') for (const piece of pieces) request.write(piece);
  request.end();
  return answered;
}

property.prop([fc.array(asked, { minLength: 1, maxLength: 8 })], { numRuns: 40 })(
  'whatever a side of HTTP/2 does, a write is carried out at most once, whole, and a client gets at most one answer',
  async (requests) => {
    let script: Behaviour[] = [];
    let carriedOut: Taken[] = [];
    const scripts = new Map<Taken, Behaviour>();
    const { side } = await takingSide((taken) => {
      const behaviour = scripts.get(taken) ?? script.shift() ?? 'ok';
      // The server may have acted on all that it did not call unprocessed.
      if (!scripts.has(taken) && !behaviour.startsWith('refuse')) carriedOut.push(taken);
      scripts.set(taken, behaviour);
      behaviours[behaviour](taken);
    });
    const { url, outcomes } = await sides.forwarderTo(side);
    for (const [index, request] of requests.entries()) {
      script = [...request.script];
      carriedOut = [];
      const got = await send(url, request);
      await eventually(() => expect(outcomes).toHaveLength(index + 1));
      expect(outcomes[index]?.kind === 'completed').toBe(got === 'done');
      if (request.method === 'GET') continue;
      if (!isIdempotent(request.method)) expect(carriedOut.length).toBeLessThanOrEqual(1);
      if (got === 'done') expect(carriedOut.at(-1)?.body).toBe(request.pieces.join(''));
    }
    await sides.close();
  },
);

describe('what is kept of a body', () => {
  test('is nothing when it is larger than 64 KiB, or comes in more than 64 pieces', () => {
    const full = new KeptBody();
    full.add(Buffer.alloc(65_536));
    expect(full.pieces).toHaveLength(1);
    full.add(Buffer.alloc(1));
    expect(full.pieces).toBeUndefined();
    const pieces = new KeptBody();
    for (let count = 0; count < 64; count += 1) pieces.add(Buffer.from('x'));
    expect(pieces.pieces).toHaveLength(64);
    pieces.add(Buffer.from('x'));
    expect(pieces.pieces).toBeUndefined();
  });

  test('holds no more memory than its bytes and as much again', () => {
    const read = Buffer.alloc(65_536, 'r');
    const kept = new KeptBody();
    kept.add(read.subarray(100, 110));
    kept.add(read.subarray(0, 40_000));
    expect(kept.pieces?.map((piece) => [piece.length, piece.buffer.byteLength])).toEqual([
      [10, 10],
      [40_000, 65_536],
    ]);
    expect(String(kept.pieces?.[0])).toBe('r'.repeat(10));
  });
});
