import { afterEach, describe, expect, test, vi } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { openRawClient } from '../testing/raw-sockets.ts';
import { createSides } from '../testing/sides.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'];
const statuses = [200, 201, 202, 204, 205, 206, 301, 304, 400, 404, 412, 500, 503];
const framings = ['a length', 'chunks', 'nothing'] as const;
type Framing = (typeof framings)[number];

interface Exchange {
  readonly method: string;
  readonly status: number;
  readonly framing: Framing;
}

/** HEAD, 204 and 304 end with their head (RFC 9112 6.3); a 205 has an empty body (RFC 9110 15.3.6). */
const endsWithHead = ({ method, status }: Exchange): boolean => method === 'HEAD' || status === 204 || status === 304;
const mayHaveBody = (exchange: Exchange): boolean => !endsWithHead(exchange) && exchange.status !== 205;

const bodyOf = (exchange: Exchange): string => (mayHaveBody(exchange) && exchange.framing !== 'nothing' ? 'hello' : '');
const lengthOf = (exchange: Exchange): number => (endsWithHead(exchange) ? 5 : bodyOf(exchange).length);

/** As a side that keeps to the RFCs says it; `nothing` is a head without a body, or an empty one. */
function answerOf(exchange: Exchange): string {
  return `HTTP/1.1 ${exchange.status} Why\r\nETag: "1"\r\n${framedBody(exchange)}`;
}

function framedBody(exchange: Exchange): string {
  const { status, framing } = exchange;
  if (status === 204 || (framing === 'nothing' && endsWithHead(exchange))) return '\r\n';
  const body = bodyOf(exchange);
  if (framing !== 'chunks') return `Content-Length: ${lengthOf(exchange)}\r\n\r\n${body}`;
  const chunks = `${body === '' ? '' : `5\r\n${body}\r\n`}0\r\n\r\n`;
  return `Transfer-Encoding: chunked\r\n\r\n${endsWithHead(exchange) ? '' : chunks}`;
}

interface Seen {
  readonly head: string;
  /** Everything behind the head, up to the next answer. */
  readonly rest: string;
}

/** What a client gets, and proof that the connection goes on behind it. */
async function seen(exchange: Exchange): Promise<Seen> {
  const side = await sides.raw((socket, soFar) => {
    if (!soFar.endsWith('\r\n\r\n')) return;
    const isNext = soFar.includes('/next');
    socket.write(isNext ? 'HTTP/1.1 200 Next\r\nContent-Length: 0\r\n\r\n' : answerOf(exchange));
  });
  const { port } = await sides.forwarderTo(side.origin);
  const client = await openRawClient(port, `${exchange.method} / HTTP/1.1\r\nHost: a\r\n\r\n`);
  await eventually(() => expect(client.received()).toContain('\r\n\r\n'));
  client.socket.write('GET /next HTTP/1.1\r\nHost: a\r\n\r\n');
  await eventually(() => expect(client.received()).toContain('HTTP/1.1 200 Next'));
  client.socket.destroy();
  const own = client.received().slice(0, client.received().indexOf('HTTP/1.1 200 Next'));
  const end = own.indexOf('\r\n\r\n') + 4;
  return { head: own.slice(0, end), rest: own.slice(end) };
}

function bodyIn(rest: string): string {
  return rest.replace(/^5\r\n(hello)\r\n0\r\n\r\n$/, '$1').replace(/^0\r\n\r\n$/, '');
}

describe.each(methods)('%s', (method) => {
  test.each(statuses.flatMap((status) => framings.map((framing) => ({ method, status, framing }))))(
    'answered $status with $framing: the body it may have, and the connection serves on',
    async (exchange) => {
      const { head, rest } = await seen(exchange);
      expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${exchange.status} Why\\r\\n`));
      expect(bodyIn(rest)).toBe(bodyOf(exchange));
      if (endsWithHead(exchange)) expect(rest).toBe('');
      const isLengthKept = exchange.framing === 'a length' && exchange.status !== 204;
      if (isLengthKept) expect(head).toContain(`Content-Length: ${lengthOf(exchange)}\r\n`);
    },
  );
});
