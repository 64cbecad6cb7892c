import { afterEach, describe, expect, test, vi } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { openRawClient } from '../testing/raw-sockets.ts';
import { createSides, okBytes } from '../testing/sides.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

const chunk = '5\r\nhello\r\n';

/** What a side sees of a chunked POST with these lines in its head, and these behind its body. */
async function seenBySide(head: readonly string[], trailers: readonly string[], body = chunk): Promise<string> {
  const side = await sides.raw((socket, soFar) => {
    if (/\r\n0\r\n([^\r]+\r\n)*\r\n$/.test(soFar) || !soFar.includes('chunked')) socket.write(okBytes);
  });
  const { port } = await sides.forwarderTo(side.origin);
  const lines = ['POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked', ...head];
  const end = trailers.map((line) => `${line}\r\n`).join('');
  const client = await openRawClient(port, `${lines.join('\r\n')}\r\n\r\n${body}0\r\n${end}\r\n`);
  await eventually(() => expect(client.received()).toContain('\r\n\r\nok'));
  // The next exchange on the same connection is its own.
  client.socket.write(`POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}0\r\nX-Late: 1\r\n\r\n`);
  await eventually(() => expect(client.received().split('\r\n\r\nok')).toHaveLength(3));
  client.socket.destroy();
  expect(side.received()).toMatch(/\r\n0\r\n\r\n$/);
  return side.received().slice(0, side.received().indexOf('POST', 1));
}

const announcedIn = (seen: string): string | undefined => /^trailer: (.*)\r$/m.exec(seen)?.[1];
const trailersIn = (seen: string): string => seen.slice(seen.lastIndexOf('\r\n0\r\n') + 5);

describe('trailers of a request', () => {
  test('follow the body when they are announced', async () => {
    const seen = await seenBySide(['Trailer: X-Sum, x-note'], ['X-Sum: 42', 'x-note: caf\xe9', 'x-note: 2']);
    expect(announcedIn(seen)).toBe('X-Sum, x-note');
    expect(trailersIn(seen)).toBe('X-Sum: 42\r\nx-note: caf\xe9\r\nx-note: 2\r\n\r\n');
  });

  test('that frame, route, authenticate or are ours are neither announced nor passed on', async () => {
    const names = [
      'Content-Type',
      'Host',
      'Authorization',
      'Cookie',
      'X-Forwarded-For',
      'X_Banyan_Side',
      'X-User',
      'TE',
    ];
    const seen = await seenBySide(
      [`Trailer: ${['X-Sum', ...names].join(',')}`],
      ['X-Sum: 1', ...names.map((name) => `${name}: forged`)],
    );
    expect(announcedIn(seen)).toBe('X-Sum');
    expect(trailersIn(seen)).toBe('X-Sum: 1\r\n\r\n');
  });

  test('are dropped when nobody announced them', async () => {
    const seen = await seenBySide([], ['X-Sum: 42']);
    expect([announcedIn(seen), trailersIn(seen)]).toEqual([undefined, '\r\n']);
  });

  test('may be announced and not come', async () => {
    const seen = await seenBySide(['Trailer: X-Sum'], []);
    expect([announcedIn(seen), trailersIn(seen)]).toEqual(['X-Sum', '\r\n']);
  });

  test('follow a body whose data looks like its end', async () => {
    const seen = await seenBySide(['Trailer: X-Sum'], ['X-Sum: 42'], '7\r\n\r\n0\r\n\r\n\r\n');
    expect(seen).toMatch(/\r\n\r\n7\r\n\r\n0\r\n\r\n\r\n0\r\nX-Sum: 42\r\n\r\n$/);
  });
});
