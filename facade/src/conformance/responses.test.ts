import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  openConformanceBench,
  playResponse,
  type ConformanceBench,
  type ResponseSeen,
} from '../testing/conformance.ts';
import { expanded, responseCases, type ResponseCase } from '../testing/corpus.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const cases = responseCases();
const passedOn = cases.filter((each) => 'client' in each);
const refused = cases.filter((each) => 'status' in each);
const broken = cases.filter((each) => 'broken' in each);
const get = 'GET /a HTTP/1.1\r\nHost: a\r\n\r\n';
let bench: ConformanceBench;

beforeAll(async () => {
  bench = await openConformanceBench();
});
afterAll(() => bench.close());

test('the corpus has at least 40 answers, and each of them once', () => {
  expect(cases.length).toBeGreaterThanOrEqual(40);
  expect(new Set(cases.map(({ send, answer, then = '' }) => send + answer + then)).size).toBe(cases.length);
});

/** In each case the next request gets its own answer, whatever was left on the connection to the side. */
async function play({ send, answer, then, outcome }: ResponseCase): Promise<ResponseSeen> {
  bench.answerWith({ bytes: answer, ...(then && { then }) });
  const seen = await playResponse(bench, send);
  expect([seen.outcome, seen.next]).toEqual([outcome, 'next']);
  return seen;
}

describe('passed on: the client gets exactly these bytes', () => {
  test.each(passedOn)('$name ($rfc)', async (given) => {
    expect(await play(given)).toMatchObject({ client: expanded(given.client), isClosed: false });
  });
});

describe('refused: the client gets a problem of ours and nothing of the answer', () => {
  test.each(refused)('$name ($rfc)', async (given) => {
    const { client } = await play(given);
    expect(client).toMatch(
      new RegExp(
        `^(?:HTTP/1\\.1 1\\d\\d [^]*?\\r\\n\\r\\n)?HTTP/1\\.1 ${given.status} [^]*"type":"/problems/[a-z-]+"[^]*}$`,
      ),
    );
  });
});

describe('broken: the client has exactly these bytes when its connection ends', () => {
  test.each(broken)('$name ($rfc)', async (given) => {
    expect(await play(given)).toMatchObject({ client: expanded(given.broken), isClosed: true });
  });
});

describe('an answer that ends at any byte before its last is never taken for a whole one', () => {
  const samples: readonly (readonly [framing: string, answer: string])[] = [
    ['counted', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: b\r\n\r\nhello'],
    ['chunked', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\nX-Sum: 42\r\n\r\n'],
    [
      'behind an early hint',
      'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
    ],
  ];

  test.each(samples)('%s', async (_framing, answer) => {
    for (let length = 0; length < answer.length; length++) {
      bench.answerWith({ bytes: answer.slice(0, length), then: length % 2 === 0 ? 'close' : 'reset' });
      const { client: received, isClosed, outcome, next } = await playResponse(bench, get);
      const client = received.replace(/^(?:HTTP\/1\.1 103 [^]*?\r\n\r\n)+/, '');
      const isTold = client.startsWith('HTTP/1.1 502 ') && String(outcome).endsWith('.headers');
      const isBroken = isClosed && client.startsWith('HTTP/1.1 200 ') && String(outcome).endsWith('.body');
      expect({ length, isTold, isBroken, next }).toEqual({
        length,
        isTold: !isBroken,
        isBroken: !isTold,
        next: 'next',
      });
      if (isBroken) expect(client).not.toMatch(/\r\n\r\n(?:hello|ok)$|\r\n0\r\n(?:.*\r\n)*\r\n$/);
    }
  });
});
