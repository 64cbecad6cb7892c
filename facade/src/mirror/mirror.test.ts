import { once } from 'node:events';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { eventually } from '../testing/eventually.ts';
import type { TestFacade } from '../testing/facade.ts';
import {
  aListeningSide,
  aMirroringFacade,
  copiesEnded,
  mirroredBy,
  skippedBy,
  type ListeningSide,
  type MirrorScene,
} from '../testing/mirroring.ts';
import { openRawClient } from '../testing/raw-sockets.ts';
import { createSides } from '../testing/sides.ts';
import { echoSide } from '../testing/upgrade-door.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

interface Stage {
  readonly facade: TestFacade;
  readonly legacy: ListeningSide;
  readonly candidate: ListeningSide;
}

async function staged(scene: Partial<MirrorScene> = {}): Promise<Stage> {
  const legacy = await aListeningSide(sides, 'legacy');
  const candidate = await aListeningSide(sides, 'candidate');
  const facade = await aMirroringFacade(sides, { legacy: legacy.origin, candidate: candidate.origin, ...scene });
  return { facade, legacy, candidate };
}

const textOf = async (url: string, init?: RequestInit): Promise<string> => (await fetch(url, init)).text();

describe('a copy', () => {
  test('is the request once more, for a candidate whose answer nobody gets', async () => {
    const { facade, legacy, candidate } = await staged();
    const answer = await fetch(`${facade.url}/reads/7?from=a&from=b`, { headers: { 'x-own': 'said', cookie: 'c=1' } });
    expect([answer.headers.get('x-banyan-side'), await answer.text()]).toEqual(['legacy', 'legacy']);
    await eventually(() => expect(candidate.asked).toHaveLength(1));
    const [served, copied] = [legacy.asked[0], candidate.asked[0]];
    expect(copied).toMatchObject({ method: 'GET', url: '/reads/7?from=a&from=b', body: '' });
    // Whether a connection is kept is between us and each side.
    expect(copied?.headers).toEqual({
      ...served?.headers,
      connection: copied?.headers['connection'],
      'x-banyan-mirror': 'reads',
    });
    expect(served?.headers).not.toHaveProperty('x-banyan-mirror');
    await copiesEnded(facade);
    expect(await mirroredBy(facade)).toEqual({ 'reads completed': 1 });
    expect(facade.servedLines()).toHaveLength(1);
  });

  test('waits until the client has its answer', async () => {
    let finish = (): void => undefined;
    const legacy = await sides.node(({ url }, response) => {
      if (url !== '/reads/a') return void response.end();
      response.writeHead(200, { 'content-length': 4 }).write('on');
      return void (finish = () => void response.end('ce'));
    });
    const { facade, candidate } = await staged({ legacy });
    const client = await openRawClient(facade.port, 'GET /reads/a HTTP/1.1\r\nHost: a\r\n\r\n');
    await eventually(() => expect(client.received()).toMatch(/\r\n\r\non$/));
    // Time for a copy to arrive, were it sent.
    for (let count = 0; count < 10; count += 1) await textOf(`${facade.url}/writes/a`, { method: 'GET' });
    expect(candidate.asked.filter(({ url }) => url === '/reads/a')).toEqual([]);
    finish();
    await eventually(() => expect(candidate.asked.filter(({ url }) => url === '/reads/a')).toHaveLength(1));
    expect(client.received()).toMatch(/\r\n\r\nonce$/);
  });

  test('carries the body, however it was framed, without the key of the one write that counts', async () => {
    const { facade, candidate } = await staged();
    const headers = { 'idempotency-key': '"7"', 'content-type': 'text/plain' };
    await textOf(`${facade.url}/writes/a`, { method: 'POST', body: 'hello', headers });
    await eventually(() => expect(candidate.asked).toHaveLength(1));
    const client = await openRawClient(
      facade.port,
      'PUT /writes/b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n again\r\n0\r\n\r\n',
    );
    await eventually(() => expect(client.received()).toContain('legacy'));
    await eventually(() => expect(candidate.asked).toHaveLength(2));
    const [post, put] = candidate.asked;
    expect(post).toMatchObject({ method: 'POST', body: 'hello', headers: { 'content-length': '5' } });
    expect(post?.headers).not.toHaveProperty('idempotency-key');
    expect(put).toMatchObject({ method: 'PUT', body: 'hello again', headers: { 'transfer-encoding': 'chunked' } });
  });

  test('goes to whichever side of a capability does not serve', async () => {
    const { facade, legacy, candidate } = await staged();
    expect(await textOf(`${facade.url}/trips/7`)).toBe('legacy');
    await eventually(() => expect(candidate.asked).toHaveLength(1));
    await facade.admin('PUT', '/overrides/trips', { side: 'extracted', reason: 'trial' });
    expect(await textOf(`${facade.url}/trips/8`)).toBe('candidate');
    await eventually(() => expect(legacy.asked).toHaveLength(2));
    expect(legacy.asked[1]).toMatchObject({ url: '/trips/8', headers: { 'x-banyan-mirror': 'trips.read' } });
  });

  test('takes the shape that its candidate wants', async () => {
    const { facade, candidate, legacy } = await staged();
    await textOf(`${facade.url}/shaped/7`, { headers: { authorization: 'Basic eA==' } });
    await eventually(() => expect(candidate.asked).toHaveLength(1));
    expect(legacy.asked[0]).toMatchObject({ url: '/shaped/7', headers: { authorization: 'Basic eA==' } });
    expect(candidate.asked[0]).toMatchObject({
      url: '/v2/7',
      headers: { 'x-copy': 'yes', 'x-banyan-mirror': 'shaped' },
    });
    expect(candidate.asked[0]?.headers).not.toHaveProperty('authorization');
  });

  test('is made of every part of an aggregate, as the route of the part says', async () => {
    const { facade, candidate } = await staged();
    await textOf(`${facade.url}/overview/7`);
    await eventually(() => expect(candidate.asked.map(({ url }) => url)).toEqual(['/trips/7']));
  });

  test('is made of the share that the rule names', async () => {
    const { facade, candidate } = await staged();
    for (let count = 0; count < 40; count += 1) await textOf(`${facade.url}/tenth`);
    await copiesEnded(facade);
    expect(candidate.asked).toHaveLength(4);
    expect(await skippedBy(facade)).toEqual({});
  });
});

describe('no copy is made', () => {
  async function expectSkipped({ facade, candidate }: Stage, skipped: Readonly<Record<string, number>>) {
    await eventually(async () => expect(await skippedBy(facade)).toEqual(skipped));
    await copiesEnded(facade);
    expect([candidate.asked.length, await mirroredBy(facade)]).toEqual([0, {}]);
  }

  test('of a write, unless the rule says so', async () => {
    const stage = await staged();
    expect(await textOf(`${stage.facade.url}/reads/a`, { method: 'DELETE' })).toBe('legacy');
    await expectSkipped(stage, {});
  });

  test('of a copy', async () => {
    const stage = await staged();
    expect(await textOf(`${stage.facade.url}/reads/a`, { headers: { 'x-banyan-mirror': 'elsewhere' } })).toBe('legacy');
    await expectSkipped(stage, { 'reads loop': 1 });
    expect(stage.legacy.asked[0]?.headers).not.toHaveProperty('x-banyan-mirror');
  });

  test.each([
    ['said to be', 'Content-Length: 70000\r\n\r\n', 'm'.repeat(70_000)],
    ['that turns out to be', 'Transfer-Encoding: chunked\r\n\r\n', `11170\r\n${'m'.repeat(70_000)}\r\n0\r\n\r\n`],
  ])('of a body %s longer than the rule allows', async (_how, framing, body) => {
    const stage = await staged();
    const client = await openRawClient(stage.facade.port, `POST /writes/a HTTP/1.1\r\nHost: a\r\n${framing}${body}`);
    await eventually(() => expect(client.received()).toContain('legacy'));
    expect(stage.legacy.asked[0]?.body).toHaveLength(70_000);
    await expectSkipped(stage, { 'writes body-too-large': 1 });
  });

  test('of a body for which there is no memory; what was taken is given back', async () => {
    const stage = await staged({ env: { FACADE_MIRROR_BYTES: '4096' } });
    const post = (size: number) => textOf(`${stage.facade.url}/writes/a`, { method: 'POST', body: 'm'.repeat(size) });
    await post(5_000);
    await expectSkipped(stage, { 'writes no-memory': 1 });
    for (let count = 1; count <= 5; count += 1) {
      await post(3_000);
      await eventually(() => expect(stage.candidate.asked).toHaveLength(count));
      await copiesEnded(stage.facade);
    }
  });

  test('of a body of which the side did not want the rest', async () => {
    const legacy = await sides.node((_request, response) => {
      response.writeHead(413, { connection: 'close' }).end();
    });
    const stage = await staged({ legacy });
    const head = 'POST /writes/a HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n';
    const client = await openRawClient(stage.facade.port, `${head}${'m'.repeat(30_000)}`);
    await eventually(() => expect(client.received()).toContain(' 413 '));
    client.socket.destroy();
    await expectSkipped(stage, { 'writes body-incomplete': 1 });
  });

  test('of a request that nobody got an answer to', async () => {
    const stage = await staged({ legacy: await sides.absent() });
    expect((await fetch(`${stage.facade.url}/reads/a`)).status).toBe(503);
    await expectSkipped(stage, { 'reads not-served': 1 });
  });

  test('of a read that fell back: the candidate has just failed it', async () => {
    const candidate = await sides.absent();
    const stage = await staged({ candidate });
    await stage.facade.admin('PUT', '/overrides/trips', { side: 'extracted', reason: 'trial' });
    expect(await textOf(`${stage.facade.url}/trips/7`)).toBe('legacy');
    await expectSkipped(stage, { 'trips.read not-served': 1 });
    expect(stage.legacy.asked).toHaveLength(1);
  });

  test('of a stream that has no end', async () => {
    const streaming = await sides.node((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: a\n\n');
      setTimeout(() => response.end(), 50);
    });
    const stage = await staged({ legacy: streaming });
    expect(await textOf(`${stage.facade.url}/reads/a`)).toBe('data: a\n\n');
    await expectSkipped(stage, { 'reads endless': 1 });
  });

  test('of a WebSocket', async () => {
    const { origin } = await echoSide(sides);
    const stage = await staged({ legacy: origin });
    const client = new WebSocket(`ws://127.0.0.1:${stage.facade.port}/reads/a`);
    await once(client, 'open');
    client.close();
    await once(client, 'close');
    await expectSkipped(stage, {});
  });

  test('of an answer that was kept: no side was asked', async () => {
    const legacy = await sides.node((_request, response) => {
      response.writeHead(200, { 'cache-control': 'max-age=60' }).end('kept');
    });
    const { facade, candidate } = await staged({ legacy });
    for (let count = 0; count < 3; count += 1) expect(await textOf(`${facade.url}/kept`)).toBe('kept');
    await copiesEnded(facade);
    expect(candidate.asked).toHaveLength(1);
  });

  test('when they are switched off', async () => {
    const stage = await staged({ env: { FACADE_MIRRORS: '0' } });
    expect(await textOf(`${stage.facade.url}/reads/a`)).toBe('legacy');
    await expectSkipped(stage, {});
  });
});
