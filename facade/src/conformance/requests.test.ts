import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  openConformanceBench,
  playRequest,
  smuggled,
  statusesIn,
  type ConformanceBench,
} from '../testing/conformance.ts';
import { expanded, requestCases, type RequestCase } from '../testing/corpus.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const cases = requestCases();
const refused = cases.filter((each) => 'refused' in each);
const forwarded = cases.filter((each) => 'forwarded' in each);
const cut = cases.filter((each) => 'cut' in each);
let bench: ConformanceBench;

beforeAll(async () => {
  bench = await openConformanceBench();
});
afterAll(() => bench.close());

test('the corpus has at least 150 requests, and each of them once', () => {
  expect(cases.length).toBeGreaterThanOrEqual(150);
  expect(new Set(cases.map(({ send }) => send)).size).toBe(cases.length);
});

/** As many answers as the request gets when all goes well, and the end of the last of them. */
function isAnswered({ send }: RequestCase, answerCount: number): (received: string) => boolean {
  const end = send.startsWith('HEAD ') ? /\r\n\r\n$/ : /\r\n\r\nok$/;
  return (received) =>
    end.test(received) && statusesIn(received).filter((status) => status >= 200).length === answerCount;
}

const never = (): boolean => false;

describe('refused: answered here, the connection closed, and the side sees nothing, whatever stands behind', () => {
  test.each(refused)('$name ($rfc)', async ({ send, refused: status }) => {
    const seen = await playRequest(bench, [send + smuggled], never);
    expect(seen).toMatchObject({ statuses: [status], isClosed: true, saw: '' });
  });

  // Where a head is complete before the rest is known to be bad, the side may see a part; never a whole request.
  test.each(refused)('byte by byte: $name', async ({ send }) => {
    const seen = await playRequest(bench, inPackets(send + smuggled), never);
    expect([seen.isClosed, bench.side.requests()]).toEqual([true, []]);
    expect(seen.statuses.filter((status) => status < 400)).toEqual([]);
  });
});

/** Single bytes, or 200 packets when that is many. */
function* inPackets(bytes: string): Generator<string> {
  const size = Math.ceil(bytes.length / 200);
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

describe('forwarded: the side sees exactly these bytes', () => {
  test.each(forwarded)('$name ($rfc)', async (given) => {
    const { send, forwarded: bytes } = given;
    const answerCount = bytes.split(' HTTP/1.1\r\nhost: ').length - 1;
    const isDone = 'then' in given ? never : isAnswered(given, answerCount);
    const seen = await playRequest(bench, [send], isDone);
    expect(seen.saw).toBe(expanded(bytes));
    if ('then' in given) expect([seen.statuses.at(-1), seen.isClosed]).toEqual([given.then, true]);
  });
});

describe('cut: the side has a part when the rest turns out to be bad, and never a whole request', () => {
  test.each(cut)('$name ($rfc)', async ({ send, cut: bytes, status }) => {
    const seen = await playRequest(bench, [send + smuggled], never);
    expect(seen).toMatchObject({ statuses: [status], isClosed: true });
    // How far it came depends on whether a connection to the side was open.
    expect(expanded(bytes)).toContain(seen.saw);
    expect(bench.side.requests()).toEqual([]);
  });
});

test('in all of this the side was sent nothing that a strict parser refuses', () => {
  expect(bench.side.violations()).toEqual([]);
});
