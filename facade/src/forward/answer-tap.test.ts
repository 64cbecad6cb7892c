import { afterEach, describe, expect, test, vi } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { answering, openRawClient } from '../testing/raw-sockets.ts';
import { createSides, okBytes } from '../testing/sides.ts';
import type { AnswerTap } from './answer-tap.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

function recordingTap(): { readonly tap: AnswerTap; readonly told: string[] } {
  const told: string[] = [];
  const tap: AnswerTap = {
    onHead: (status, headers) => void told.push(`head ${status} ${headers.join(' ')}`),
    onData: (chunk) => void told.push(`data ${chunk.toString()}`),
    onEnd: (trailers) => void told.push(`end ${trailers.join(' ')}`),
    onBroken: () => void told.push('broken'),
  };
  return { tap, told };
}

describe('a tap', () => {
  test('sees head, body and trailers as the side sent them, without hop-by-hop names and our own', async () => {
    const { tap, told } = recordingTap();
    const side = await sides.raw(
      answering(
        'HTTP/1.1 200 OK\r\nX-A: 1\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 42\r\n\r\n',
      ),
    );
    const { url } = await sides.forwarderTo(side.origin, { way: { tap, transformAnswer: () => [] } });
    expect(await (await fetch(url)).text()).toBe('ok');
    expect(told).toEqual(['head 200 X-A 1 Trailer X-Sum', 'data ok', 'end X-Sum,42']);
  });

  test('is told when an answer breaks off, and nothing about an exchange without a head', async () => {
    const { tap, told } = recordingTap();
    const half = 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf';
    const side = await sides.raw((socket, soFar) => {
      if (soFar.startsWith('GET /cut')) socket.end();
      else socket.write(half);
    });
    const { url, port } = await sides.forwarderTo(side.origin, { way: { tap } });
    expect(await (await fetch(`${url}/cut`)).text()).toBe('upstream-cut.headers');
    expect(told).toEqual([]);
    const client = await openRawClient(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await eventually(() => expect(client.received()).toContain('half'));
    client.socket.destroy();
    await eventually(() => expect(told).toEqual(['head 200 Content-Length 10', 'data half', 'broken']));
  });

  test('that throws is taken off, and the answer goes on', async () => {
    const { tap, told } = recordingTap();
    const fail = (): never => {
      told.push('threw');
      throw new TypeError('a tap that fails');
    };
    const side = await sides.raw(answering(okBytes));
    const { url } = await sides.forwarderTo(side.origin, { way: { tap: { ...tap, onHead: fail } } });
    expect(await (await fetch(url)).text()).toBe('ok');
    expect(told).toEqual(['threw']);
  });
});

describe('a transformation of the answer', () => {
  test('takes the place of the headers of the side, and leaves our own', async () => {
    const side = await sides.raw(
      answering(
        'HTTP/1.1 201 Created\r\nLocation: /in\r\nConnection: X-Hop\r\nX-Hop: 1\r\nContent-Length: 2\r\n\r\nok',
      ),
    );
    const seen: unknown[] = [];
    const transformAnswer = (status: number, flat: readonly string[]): readonly string[] => {
      seen.push(status, flat);
      return ['Location', '/out', 'Content-Length', '2'];
    };
    const { url } = await sides.forwarderTo(side.origin, { way: { transformAnswer } });
    const answer = await fetch(url);
    expect([answer.headers.get('location'), answer.headers.get('x-banyan-side')]).toEqual(['/out', 'legacy']);
    expect(seen).toEqual([201, ['Location', '/in', 'Content-Length', '2']]);
  });

  test('that gives what is no header is an answer-refused, never a crash', async () => {
    const side = await sides.raw(answering(okBytes));
    const { url } = await sides.forwarderTo(side.origin, { way: { transformAnswer: () => ['X-Bad', 'a\r\nb'] } });
    expect(await (await fetch(url)).text()).toBe('answer-refused.headers');
  });
});
