import { once } from 'node:events';
import { createServer, get, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createMetrics, ProblemError, silentLogger } from '@banyan/platform';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPositionStreams, type PositionStreams } from './position-streams.ts';

const start = { tripId: 42, lastSeen: undefined, lifetimeMs: 60_000 };

describe('streams of positions that close', () => {
  let server: Server;
  let response: ServerResponse;
  let streams: PositionStreams;
  let finishReading: () => void;
  beforeEach(async () => {
    const reading = new Promise<undefined>((resolve) => (finishReading = () => resolve(undefined)));
    streams = createPositionStreams({
      trips: { find: () => Promise.resolve(undefined) },
      locations: { latest: () => reading, after: () => Promise.resolve([]) },
      log: silentLogger,
      metrics: createMetrics({ process: false }),
      streamCountLimit: 1,
      heartbeatMs: 60_000,
      stallMs: 60_000,
    });
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', agent: false }).on('response', (answer) =>
      answer.resume(),
    );
    [, response] = (await once(server, 'request')) as [unknown, ServerResponse];
  });
  afterEach(async () => {
    finishReading();
    response.end();
    server.close();
    await once(server, 'close');
  });

  test('wait for what still reads the database, which is closed next', async () => {
    streams.open(response, start);
    const order: string[] = [];
    const closed = streams.close().then(() => order.push('closed'));
    await once(response, 'close');
    order.push('read');
    finishReading();
    await closed;
    expect(order).toEqual(['read', 'closed']);
  });

  test('open no more', async () => {
    await streams.close();
    expect(() => streams.open(response, start)).toThrow(ProblemError);
  });
});
