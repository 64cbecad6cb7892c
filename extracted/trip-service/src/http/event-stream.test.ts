import { createServer, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openEventStream, type EventStream, type EventStreamTimes } from './event-stream.ts';

const patient: EventStreamTimes = { heartbeatMs: 60_000, stallMs: 60_000 };
/** More than the buffers of two sockets hold. */
const aLot = { event: 'position', data: 'x'.repeat(32_000_000) };

describe('an event stream', () => {
  let server: Server;
  let client: Socket;
  let response: ServerResponse;
  beforeEach(async () => {
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    client.write('GET / HTTP/1.1\r\nhost: test\r\n\r\n');
    [, response] = (await once(server, 'request')) as [unknown, ServerResponse];
  });
  afterEach(async () => {
    client.destroy();
    server.close();
    await once(server, 'close');
  });

  async function received(text: string): Promise<string> {
    let all = '';
    client.on('data', (chunk: Buffer) => (all += chunk.toString()));
    await expect.poll(() => all, { timeout: 4_000 }).toContain(text);
    return all;
  }

  test('spells events as the standard says', async () => {
    const stream = openEventStream(response, patient);
    await stream.send([
      { event: 'position', id: 7, data: { text: 'two\nlines' } },
      { event: 'position', data: null },
    ]);
    stream.end({ event: 'end', data: {} });
    const all = await received('event: end');
    expect(all).toContain('retry: 1000\n\n');
    expect(all).toContain('id: 7\nevent: position\ndata: {"text":"two\\nlines"}\n\nevent: position\ndata: null\n\n');
  });

  test('gives signs of life', async () => {
    openEventStream(response, { ...patient, heartbeatMs: 5 });
    await received(': heartbeat\n\n');
  });

  describe('whose client takes nothing', () => {
    let stream: EventStream;
    let sent: Promise<void>;
    const begin = (times: EventStreamTimes): void => {
      client.pause();
      stream = openEventStream(response, times);
      sent = stream.send([aLot]);
    };

    test('waits for it, and goes on when it takes again', async () => {
      begin(patient);
      expect([stream.isOpen, response.writableNeedDrain]).toEqual([true, true]);
      client.resume();
      await sent;
      expect([stream.isOpen, response.writableNeedDrain]).toEqual([true, false]);
    });

    test('is cut off in the end', async () => {
      begin({ ...patient, stallMs: 20 });
      await sent;
      expect(stream.isOpen).toBe(false);
    });

    test('does not hold up its end', async () => {
      begin(patient);
      stream.end();
      await sent;
      expect(stream.isOpen).toBe(false);
    });
  });
});
