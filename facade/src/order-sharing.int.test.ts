import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { createScratchDatabase, type ScratchDatabase } from '@banyan/platform/testing';
import { eventually } from './testing/eventually.ts';
import { namedSide, startFacade, tripRules, type TestFacade } from './testing/facade.ts';
import { createSides } from './testing/sides.ts';

vi.setConfig({ testTimeout: 60_000 });
const sides = createSides();
let scratch: ScratchDatabase;
let database: Road;

beforeEach(async () => {
  scratch = await createScratchDatabase(inject('postgresUrl'));
  database = await openRoad(new URL(scratch.url.reveal()));
});
afterEach(async () => {
  await sides.close();
  await database.block();
  await scratch.drop();
});

/** The way to the database, which can be blocked: connections are cut and refused. */
interface Road {
  readonly url: string;
  block(): Promise<void>;
  open(): Promise<void>;
  /** Connections stand, and nothing moves on them. */
  freeze(): void;
}

async function openRoad(target: URL): Promise<Road> {
  const sockets = new Set<Socket>();
  let isFrozen = false;
  const onClient = (client: Socket): void => {
    sockets.add(client);
    client.on('error', () => undefined).once('close', () => sockets.delete(client));
    if (isFrozen) return;
    const server = connect(Number(target.port), target.hostname);
    sockets.add(server);
    server
      .on('error', () => client.destroy())
      .once('close', () => {
        sockets.delete(server);
        client.destroy();
      });
    client.once('close', () => server.destroy());
    client.pipe(server).pipe(client);
  };
  const listen = async (port: number): Promise<Server> => {
    const server = createServer(onClient).listen(port, '127.0.0.1');
    await once(server, 'listening');
    return server;
  };
  let server: Server | undefined = await listen(0);
  const { port } = server.address() as AddressInfo;
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  return {
    url: url.href,
    async block() {
      const closing = server;
      server = undefined;
      if (!closing) return;
      const closed = once(closing, 'close');
      closing.close();
      sockets.forEach((socket) => socket.destroy());
      await closed;
    },
    async open() {
      isFrozen = false;
      server ??= await listen(port);
    },
    freeze() {
      isFrozen = true;
      sockets.forEach((socket) => socket.unpipe().pause());
    },
  };
}

async function replica(folder?: string): Promise<TestFacade> {
  const [legacy, trips] = await Promise.all([sides.node(namedSide('legacy')), sides.node(namedSide('trips'))]);
  const facade = await startFacade({
    rules: tripRules({ legacy, trips }),
    env: { FACADE_CONTROL_DATABASE_URL: database.url },
    ...(folder !== undefined && { folder }),
  });
  sides.onClose(() => facade.close());
  return facade;
}

async function servedFor(facade: TestFacade, user: string): Promise<string> {
  const headers = { authorization: `Bearer ${await facade.issuer.tokenFor(user)}` };
  return (await (await fetch(`${facade.url}/trips`, { headers })).text()).split(' ')[0] ?? '';
}

const give = (facade: TestFacade, side: string, subject?: string) =>
  facade.admin('PUT', '/overrides/trips', { side, reason: 'trial', ...(subject !== undefined && { subject }) });
const lift = (facade: TestFacade, subject?: string) =>
  facade.admin('DELETE', `/overrides/trips${subject === undefined ? '' : `?subject=${subject}`}`);
const isServedFor = (facade: TestFacade, user: string, side: string): Promise<void> =>
  eventually(async () => expect(await servedFor(facade, user)).toBe(side));
const sharingOf = async (facade: TestFacade): Promise<unknown> =>
  ((await facade.admin('GET', '/overrides')).body as { sharing: unknown }).sharing;
const isInStep = (facade: TestFacade): Promise<void> =>
  eventually(async () => expect(await sharingOf(facade)).toMatchObject({ kind: 'shared' }));
const isBehind = (facade: TestFacade): Promise<void> =>
  eventually(async () => expect(await sharingOf(facade)).toMatchObject({ kind: 'behind' }));

describe('an order given at one replica', () => {
  test('is in force at the others, and so is its lifting', async () => {
    const [one, other] = [await replica(), await replica()];
    expect(await give(one, 'extracted')).toMatchObject({ status: 200, body: { sharing: { isShared: true } } });
    await isServedFor(other, '42', 'trips');
    expect((await other.admin('GET', '/audit')).body).toMatchObject({
      entries: [{ kind: 'override-changed', by: 'replica', from: 'flag', to: 'extracted' }],
    });
    expect(await lift(other)).toMatchObject({ status: 200, body: { sharing: { isShared: true } } });
    await isServedFor(one, '42', 'legacy');
    expect((await other.admin('GET', '/metrics')).body).toContain('facade_override_lag_seconds_count 1');
  });

  test('while the database is away holds here at once, and there when it is back', async () => {
    const [one, other] = [await replica(), await replica()];
    await Promise.all([one, other].map(isInStep));
    await database.block();
    expect(await give(one, 'extracted')).toMatchObject({
      status: 200,
      body: { isPersisted: true, sharing: { isShared: false, why: expect.any(String) as string } },
    });
    expect(await servedFor(one, '42')).toBe('trips');
    expect(await servedFor(other, '42')).toBe('legacy');
    await isBehind(one);
    await database.open();
    await isServedFor(other, '42', 'trips');
    await isInStep(one);
    const events = one.lines.map(({ event }) => event);
    expect(events).toEqual(expect.arrayContaining(['overrides.unshared', 'overrides.shared']));
  });

  test('while the database says nothing any more is answered all the same, and requests are served', async () => {
    const one = await replica();
    await isInStep(one);
    database.freeze();
    expect(await give(one, 'extracted', '42')).toMatchObject({ status: 200, body: { sharing: { isShared: false } } });
    expect([await servedFor(one, '42'), await servedFor(one, '43')]).toEqual(['trips', 'legacy']);
    await database.block();
    await database.open();
    await isInStep(one);
    await isServedFor(await replica(), '42', 'trips');
  });

  test('is known to a replica whose connection the server had ended', async () => {
    const [one, other] = [await replica(), await replica()];
    await Promise.all([one, other].map(isInStep));
    await scratch.database.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    await give(one, 'extracted');
    await isServedFor(other, '42', 'trips');
  });
});

describe('of two orders given apart from each other', () => {
  test('the later holds everywhere when the replicas hear of each other again', async () => {
    const [one, other] = [await replica(), await replica()];
    await Promise.all([one, other].map(isInStep));
    await database.block();
    await give(one, 'extracted');
    await give(other, 'extracted', '42');
    await give(other, 'legacy');
    await database.open();
    for (const facade of [one, other]) {
      await isServedFor(facade, '42', 'trips');
      await isServedFor(facade, '43', 'legacy');
    }
  });
});

describe('a replica that starts', () => {
  test('without the database knows the orders of the others from its own file', async () => {
    const [one, other] = [await replica(), await replica()];
    await give(one, 'extracted');
    await isServedFor(other, '42', 'trips');
    await eventually(async () => {
      const before = await other.admin('GET', '/overrides');
      expect(before.body).toMatchObject({ overrides: [{ side: 'extracted' }], problems: [] });
      // It is in force before it is written.
      expect(await readFile(join(other.folder, 'overrides.yaml'), 'utf8')).toContain('extracted');
    });
    await database.block();
    const again = await replica(other.folder);
    expect(await servedFor(again, '42')).toBe('trips');
    expect((await fetch(`${again.adminUrl}/ready`)).status).toBe(200);
  });

  test('does not bring back an order that was lifted while it was away, nor one that it lifted itself', async () => {
    const [one, other] = [await replica(), await replica()];
    await give(one, 'extracted', '42');
    await isServedFor(other, '42', 'trips');
    await give(one, 'extracted', '43');
    await isServedFor(other, '43', 'trips');
    await database.block();
    await lift(other, '42');
    await lift(one, '43');
    const again = await replica(other.folder);
    await database.open();
    for (const facade of [one, again]) for (const user of ['42', '43']) await isServedFor(facade, user, 'legacy');
  });
});
