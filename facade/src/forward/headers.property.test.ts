import fc from 'fast-check';
import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, test } from 'vitest';
import { anIntroduction } from '../testing/forwarder.ts';
import { answerHead } from './answer-headers.ts';
import type { ClientRequest } from './client-request.ts';
import { upstreamHeaders } from './request-headers.ts';

// Written out once more: the lists under test must not be what they are tested with.
const hopByHop =
  'connection transfer-encoding keep-alive upgrade proxy-connection proxy-authenticate proxy-authentication-info proxy-authorization te alt-svc http2-settings'.split(
    ' ',
  );
const protectedNames = ['host', 'content-length', 'authorization', 'cookie', 'set-cookie'];

const plainName = fc.constantFrom(
  ...hopByHop,
  ...protectedNames,
  'x-forwarded-for',
  'x-forwarded-anything',
  'x_forwarded_host',
  'x-banyan-side',
  'x_banyan_side',
  'x-request-id',
  'traceparent',
  'forwarded',
  'x-real-ip',
  'x-user',
  'x-a',
  'x-b',
  'accept',
  '__proto__',
  'constructor',
);
const name = fc.tuple(plainName, fc.boolean()).map(([text, isLoud]) => (isLoud ? text.toUpperCase() : text));
const value = fc.oneof(
  fc.constantFrom('chunked', 'close', 'x-a', 'x-a, X-B', 'host, cookie', ',,', '5', ''),
  fc.string({ unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)), maxLength: 12 }),
);
const headerList = fc.array(fc.tuple(name, value), { maxLength: 20 });
type Header = readonly [name: string, value: string];

const pairsOf = (flat: readonly string[]): readonly Header[] =>
  flat.flatMap((text, index) => (index % 2 === 0 ? [[text, flat[index + 1] ?? ''] as const] : []));

/** The names that a `Connection` header may take out. */
function namedIn(list: readonly Header[]): readonly string[] {
  return list
    .filter(([key]) => key.toLowerCase() === 'connection')
    .flatMap(([, text]) => text.toLowerCase().split(','))
    .map((each) => each.trim())
    .filter((each) => !protectedNames.includes(each));
}

function requestWith(list: readonly Header[]): ClientRequest {
  const headers: IncomingHttpHeaders = {};
  for (const [key, text] of list) {
    const lower = key.toLowerCase();
    const known = Object.hasOwn(headers, lower) ? `${String(headers[lower])}, ` : '';
    Object.defineProperty(headers, lower, {
      value: known + text,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return { rawHeaders: list.flat(), headers } as unknown as ClientRequest;
}

const isOurs = (lower: string): boolean =>
  /^x[-_](?:forwarded|banyan)[-_]/.test(lower) ||
  ['x-request-id', 'traceparent', 'forwarded', 'x-real-ip', 'x-user'].includes(lower);

describe('any list of headers', () => {
  test('of a request loses what is hop-by-hop or ours, keeps the rest in its order, and gets ours once', () => {
    fc.assert(
      fc.property(headerList, (list) => {
        const sent = pairsOf(upstreamHeaders(requestWith(list), anIntroduction));
        const named = namedIn(list);
        const kept = list.filter(([key]) => {
          const lower = key.toLowerCase();
          return !hopByHop.includes(lower) && !named.includes(lower) && !isOurs(lower);
        });
        const hasHost = list.some(([key]) => key.toLowerCase() === 'host');
        const ours = [
          'x-forwarded-for',
          'x-forwarded-proto',
          ...(hasHost ? ['x-forwarded-host'] : []),
          'forwarded',
          'x-request-id',
          'traceparent',
        ];
        expect(sent.slice(0, kept.length)).toEqual(kept);
        expect(sent.slice(kept.length).map(([key]) => key)).toEqual(ours);
        expect(sent.find(([key]) => key === 'x-forwarded-for')?.[1]).toBe(anIntroduction.peerAddress);
      }),
      { numRuns: 5_000 },
    );
  });

  test('of an answer loses what is hop-by-hop or ours, and keeps the rest in its order', () => {
    fc.assert(
      fc.property(headerList, fc.boolean(), (list, isBodyless) => {
        const { headers } = answerHead(
          list.flat().map((text) => Buffer.from(text, 'latin1')),
          isBodyless,
        );
        const isChunked = list.some(([key]) => key.toLowerCase() === 'transfer-encoding');
        const named = namedIn(list);
        const kept = list.filter(([key]) => {
          const lower = key.toLowerCase();
          if (hopByHop.includes(lower) || named.includes(lower) || (isChunked && lower === 'content-length'))
            return false;
          return !lower.startsWith('x-banyan-') && lower !== 'x-request-id';
        });
        expect(pairsOf(headers)).toEqual(kept);
      }),
      { numRuns: 5_000 },
    );
  });
});
