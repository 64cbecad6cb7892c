import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { openRawClient } from '../testing/raw-sockets.ts';
import { readArrival, type Arrival, type Refusal } from './read-arrival.ts';

const seen: (Arrival | Refusal)[] = [];
const server = createServer({ requireHostHeader: false }, (request, response) => {
  seen.push(readArrival(request, 100));
  response.end();
});

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** What is read from a message that went through Node's real parser. */
async function reading(message: string): Promise<Arrival | Refusal | undefined> {
  const client = await openRawClient((server.address() as AddressInfo).port, message);
  await eventually(() => expect(client.received()).toContain('HTTP/1.1 '));
  client.socket.destroy();
  return seen.shift();
}

const get = (target: string, lines = 'Host: shop.example'): string => `GET ${target} HTTP/1.1\r\n${lines}\r\n\r\n`;

describe('a request line and its head', () => {
  test.each([
    ['/a/b?c=d?e', '/a/b', '?c=d?e'],
    ['/', '/', ''],
    ['/a?', '/a', '?'],
    ['http://shop.example/a?b', '/a', '?b'],
    ['HTTP://SHOP.example', '/', ''],
    ['http://shop.example?x', '/', '?x'],
  ])('%s is path %s and query %s', async (target, rawPath, query) => {
    expect(await reading(get(target))).toEqual({
      kind: 'arrived',
      method: 'GET',
      rawPath,
      query,
      host: 'shop.example',
    });
  });

  test.each([
    ['Shop.Example:8080', 'shop.example'],
    ['127.0.0.1', '127.0.0.1'],
    ['[::1]:80', '[::1]'],
  ])('Host: %s is the host %s', async (given, host) => {
    expect(await reading(get('/', `Host: ${given}`))).toMatchObject({ host });
  });

  test('an HTTP/1.0 client may name no host', async () => {
    expect(await reading('GET / HTTP/1.0\r\n\r\n')).toMatchObject({ kind: 'arrived', host: undefined });
  });
});

describe('what two servers could read differently is refused', () => {
  test.each([
    ['no host', get('/', 'X-A: b'), 'missing-host'],
    ['two hosts', get('/', 'Host: a\r\nhost: b'), 'duplicate-host'],
    ['the same host twice', get('/', 'Host: a\r\nHost: a'), 'duplicate-host'],
    ['a host with a path', get('/', 'Host: a/b'), 'bad-host'],
    ['a host with a user', get('/', 'Host: a@b'), 'bad-host'],
    ['a port above all ports', get('/', 'Host: a:65536'), 'bad-host'],
    ['a coding in capitals', get('/', 'Host: a\r\nTransfer-Encoding: CHUNKED'), 'bad-transfer-encoding'],
    ['a length beyond exact numbers', get('/', 'Host: a\r\nContent-Length: 9007199254740992'), 'bad-content-length'],
    ['a length in disguise', get('/', 'Host: a\r\nContent_Length: 5'), 'disguised-framing'],
    ['a coding in disguise', get('/', 'Host: a\r\nTransfer_Encoding: chunked'), 'disguised-framing'],
    ['another version of HTTP', 'GET / HTTP/2.0\r\nHost: a\r\n\r\n', 'bad-version'],
    ['an empty host', get('/', 'Host: '), 'bad-host'],
    ['an absolute target for another host', get('http://evil.example/'), 'host-mismatch'],
    ['an absolute target for another port', get('http://shop.example:81/'), 'host-mismatch'],
    ['an absolute target with a user', get('http://shop.example@evil.example/'), 'host-mismatch'],
    ['a fragment', get('/a#b'), 'bad-target'],
    [
      'two tokens',
      get('/', 'Host: a\r\nAuthorization: Bearer x\r\nAuthorization: Bearer y'),
      'duplicate-authorization',
    ],
    ['a coding besides chunked', get('/', 'Host: a\r\nTransfer-Encoding: gzip, chunked'), 'bad-transfer-encoding'],
    [
      'HTTP/1.0 with a coding',
      'POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      'bad-transfer-encoding',
    ],
  ])('%s', async (_what, message, reason) => {
    expect(await reading(message)).toMatchObject({ kind: 'refused', status: 400, reason });
  });

  test('TRACE, which would echo our own headers', async () => {
    expect(await reading('TRACE / HTTP/1.1\r\nHost: a\r\n\r\n')).toMatchObject({ kind: 'refused', status: 405 });
  });

  test('a target that is too long', async () => {
    expect(await reading(get(`/${'a'.repeat(100)}`))).toMatchObject({ kind: 'refused', status: 414 });
    expect(await reading(get(`/${'a'.repeat(99)}`))).toMatchObject({ kind: 'arrived' });
  });
});
