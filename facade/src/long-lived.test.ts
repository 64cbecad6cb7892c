import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { eventually } from './testing/eventually.ts';
import { startFacade, tripRules, type TestFacade } from './testing/facade.ts';
import { openRawClient, type RawClient } from './testing/raw-sockets.ts';
import { createSides } from './testing/sides.ts';
import { echoSide } from './testing/upgrade-door.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

const toExtracted = { side: 'extracted', reason: 'trial' };
const toLegacy = { side: 'legacy', reason: 'wrong fares' };

interface Origins {
  readonly legacy: string;
  readonly trips: string;
}

async function facadeOver(origins: Origins, env: Readonly<Record<string, string>> = {}): Promise<TestFacade> {
  const facade = await startFacade({
    rules: tripRules(origins),
    env: { FACADE_ROLLBACK_CLOSE_MS: '50', ...env },
  });
  sides.onClose(() => facade.close());
  return facade;
}

const tokens = new Map<string, string>();

async function socketOf(facade: TestFacade, user: string): Promise<WebSocket> {
  // Signing two thousand tokens would take most of the time.
  const token = tokens.get(user) ?? (await facade.issuer.tokenFor(user));
  tokens.set(user, token);
  const headers = { authorization: `Bearer ${token}` };
  const client = new WebSocket(`ws://127.0.0.1:${facade.port}/trips`, { headers });
  await once(client, 'open');
  return client;
}

/** It still carries messages. */
async function isAlive(client: WebSocket): Promise<void> {
  client.send('hello');
  expect(String((await once(client, 'message'))[0])).toBe('hello');
}

async function closeCodeOf(client: WebSocket): Promise<number> {
  const [code] = (await once(client, 'close')) as [number];
  return code;
}

describe('the WebSockets of a scope', () => {
  async function running(): Promise<TestFacade> {
    const [legacy, trips] = await Promise.all([echoSide(sides), echoSide(sides)]);
    return facadeOver({ legacy: legacy.origin, trips: trips.origin });
  }

  test('that an order sends back to legacy are closed with 1012; those of other scopes stay', async () => {
    const facade = await running();
    await facade.admin('PUT', '/overrides/trips', toExtracted);
    const [moved, other] = [await socketOf(facade, '42'), await socketOf(facade, '43')];
    const code = closeCodeOf(moved);
    await facade.admin('PUT', '/overrides/trips', { ...toLegacy, subject: '42' });
    expect(await code).toBe(1012);
    await isAlive(other);
    // It is over when the side, too, has closed.
    await eventually(async () =>
      expect((await facade.admin('GET', '/metrics')).body).toMatch(
        /facade_upgrades_open\{side="extracted"\} 1\n[^]*facade_long_lived_ended_total\{kind="websocket",why="rolled-back"\} 1/,
      ),
    );
    other.terminate();
  });

  test('that is rolled forward stay where they are', async () => {
    const facade = await running();
    const early = await socketOf(facade, '42');
    await facade.admin('PUT', '/overrides/trips', toExtracted);
    const late = await socketOf(facade, '42');
    const code = closeCodeOf(late);
    await facade.admin('PUT', '/overrides/trips', toLegacy);
    expect(await code).toBe(1012);
    await isAlive(early);
    early.terminate();
  });

  test('that other rules send back to legacy are closed with 1012', async () => {
    const [legacy, trips] = await Promise.all([echoSide(sides), echoSide(sides)]);
    const origins = { legacy: legacy.origin, trips: trips.origin };
    const facade = await facadeOver(origins);
    await writeFile(facade.rulesPath, tripRules(origins).replace('stage: live', 'stage: complete'));
    await facade.admin('POST', '/rules/reload');
    const code = closeCodeOf(await socketOf(facade, '42'));
    await writeFile(facade.rulesPath, tripRules(origins));
    await facade.admin('POST', '/rules/reload');
    expect(await code).toBe(1012);
  });

  test('are closed with 1012 when the process ends, on both sides', async () => {
    const [legacy, trips] = await Promise.all([echoSide(sides), echoSide(sides)]);
    const facade = await startFacade({ rules: tripRules({ legacy: legacy.origin, trips: trips.origin }) });
    const onLegacy = await socketOf(facade, '42');
    await facade.admin('PUT', '/overrides/trips', { ...toExtracted, subject: '43' });
    const codes = [closeCodeOf(onLegacy), closeCodeOf(await socketOf(facade, '43'))];
    await facade.close();
    expect(await Promise.all(codes)).toEqual([1012, 1012]);
  });

  test('two thousand are all closed by one order', { timeout: 60_000 }, async () => {
    const facade = await running();
    await facade.admin('PUT', '/overrides/trips', toExtracted);
    const codes: Promise<number>[] = [];
    for (let round = 0; round < 40; round += 1) {
      const opening = Array.from({ length: 50 }, () => socketOf(facade, '42'));
      codes.push(...(await Promise.all(opening)).map(closeCodeOf));
    }
    expect(codes).toHaveLength(2_000);
    await facade.admin('PUT', '/overrides/trips', toLegacy);
    expect(new Set(await Promise.all(codes))).toEqual(new Set([1012]));
  });
});

describe('a stream of a scope that is rolled back', () => {
  const streaming =
    (contentType: string, onOpen: (response: ServerResponse) => void): RequestListener =>
    (_request: IncomingMessage, response) => {
      response.writeHead(200, { 'content-type': contentType });
      onOpen(response);
    };

  /** A client whose stream comes from the extracted side. */
  async function opened(listener: RequestListener, rules: (text: string) => string = (text) => text) {
    const origin = await sides.node(listener);
    const facade = await startFacade({
      rules: rules(tripRules({ legacy: origin, trips: origin })),
      env: { FACADE_ROLLBACK_CLOSE_MS: '0' },
    });
    sides.onClose(() => facade.close());
    await facade.admin('PUT', '/overrides/trips', toExtracted);
    const authorization = `Bearer ${await facade.issuer.tokenFor('42')}`;
    const client = await openRawClient(
      facade.port,
      `GET /trips HTTP/1.1\r\nHost: a\r\nAuthorization: ${authorization}\r\n\r\n`,
    );
    return { facade, client };
  }
  const bodyOf = (client: RawClient): string => client.received().split('\r\n\r\n').slice(1).join('\r\n\r\n');
  const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;
  const lastChunk = '0\r\n\r\n';

  test('of events ends in order behind the last whole event, so that an EventSource comes again', async () => {
    const { facade, client } = await opened(
      streaming('text/event-stream; charset=utf-8', (response) => response.write('id: 1\ndata: a\n\n')),
    );
    await eventually(() => expect(bodyOf(client)).toBe(chunk('id: 1\ndata: a\n\n')));
    await facade.admin('PUT', '/overrides/trips', toLegacy);
    await eventually(() => expect(bodyOf(client)).toBe(chunk('id: 1\ndata: a\n\n') + lastChunk));
    await eventually(() =>
      expect(facade.servedLines()[0]).toMatchObject({ side: 'extracted', status: 200, outcome: 'completed' }),
    );
    client.socket.destroy();
  });

  test('of events waits for the event that is under way, and passes on nothing behind it', async () => {
    let side: ServerResponse | undefined;
    const { facade, client } = await opened(
      streaming('text/event-stream', (response) => {
        side = response;
        response.write('data: a\n\ndata: ha');
      }),
    );
    await eventually(() => expect(bodyOf(client)).toBe(chunk('data: a\n\ndata: ha')));
    await facade.admin('PUT', '/overrides/trips', toLegacy);
    await eventually(async () =>
      expect((await facade.admin('GET', '/metrics')).body).toContain('ended_total{kind="events",why="rolled-back"} 1'),
    );
    side?.write('lf\n\ndata: next\n\n');
    await eventually(() => expect(bodyOf(client)).toContain(lastChunk));
    expect(bodyOf(client)).toBe(chunk('data: a\n\ndata: ha') + chunk('lf\n\n') + lastChunk);
    client.socket.destroy();
  });

  test('of something else is broken off: a part must not be taken for the whole', async () => {
    const { facade, client } = await opened(
      streaming('application/x-ndjson', (response) => response.write('{"a":1}\n')),
      (text) => text.replace('capability: trips }', 'capability: trips, timeouts: { totalMs: none } }'),
    );
    await eventually(() => expect(bodyOf(client)).toBe(chunk('{"a":1}\n')));
    await facade.admin('PUT', '/overrides/trips', toLegacy);
    await client.ended;
    expect(bodyOf(client)).toBe(chunk('{"a":1}\n'));
    await eventually(() =>
      expect(facade.servedLines()[0]).toMatchObject({ outcome: 'upstream-cut.body', code: 'ROLLED_BACK' }),
    );
  });

  test('with a total time is left to its clock', async () => {
    let side: ServerResponse | undefined;
    const { facade, client } = await opened(
      streaming('application/x-ndjson', (response) => {
        side = response;
        response.write('a');
      }),
    );
    await eventually(() => expect(bodyOf(client)).toBe(chunk('a')));
    await facade.admin('PUT', '/overrides/trips', toLegacy);
    side?.end('b');
    await eventually(() => expect(bodyOf(client)).toBe(chunk('a') + chunk('b') + lastChunk));
    client.socket.destroy();
  });
});
