import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test, vi } from 'vitest';
import { makeCertificate, pairIn } from '../testing/certificate.ts';
import { eventually } from '../testing/eventually.ts';
import { startFacade, type TestFacade } from '../testing/facade.ts';
import { createSides } from '../testing/sides.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

async function aFacade(legacy: string): Promise<{ readonly facade: TestFacade; readonly client: ClientHttp2Session }> {
  const folder = await mkdtemp(join(tmpdir(), 'banyan-aggregate-'));
  sides.onClose(() => rm(folder, { recursive: true }));
  const files = pairIn(folder);
  const pair = await makeCertificate('first');
  await files.write(pair);
  const facade = await startFacade({
    rules: `
version: 1
upstreams: { legacy: { side: legacy, url: ${legacy} } }
defaults: { upstream: legacy }
routes:
  - { id: overview, methods: [GET], path: /overview, aggregate: { parts: { list: { path: /list }, slow: { path: /slow } } } }
  - { id: list, methods: [GET], path: /list, cache: true, transform: { path: /liste } }
`,
    env: files.env,
  });
  sides.onClose(() => facade.close());
  const client = connect(facade.tlsUrl ?? '', { ca: pair.cert });
  client.on('error', () => undefined);
  sides.onClose(() => client.destroy());
  await once(client, 'connect');
  return { facade, client };
}

async function get(client: ClientHttp2Session, path: string): Promise<readonly unknown[]> {
  const stream = client.request({ ':path': path });
  const [head] = (await once(stream, 'response')) as [IncomingHttpHeaders & { readonly ':status'?: number }];
  return [head[':status'], head['x-banyan-cache'], await text(stream)];
}

test('over HTTP/2 answers are transformed, kept and joined as over HTTP/1.1', async () => {
  const asked: string[] = [];
  const { facade, client } = await aFacade(
    await sides.node((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'max-age=60' }).end('[1]');
    }),
  );
  expect(await get(client, '/list')).toEqual([200, 'miss', '[1]']);
  expect(await get(client, '/list')).toEqual([200, 'hit', '[1]']);
  expect(await get(client, '/overview')).toEqual([200, undefined, '{"list":[1],"slow":[1],"errors":{}}']);
  // The part was asked for by the same caller, so what was kept for him is his part.
  expect(asked).toEqual(['/liste', '/slow']);
  await eventually(() =>
    expect(facade.servedLines().map(({ outcome }) => outcome)).toEqual(Array(3).fill('completed')),
  );
});

test('over HTTP/2 a client that gives up one request takes its parts with it, and keeps its connection', async () => {
  const closed: string[] = [];
  const { client } = await aFacade(
    await sides.node((request, response) => {
      request.on('close', () => closed.push(request.url ?? ''));
      if (request.url === '/plain') response.end('plain');
    }),
  );
  const stream = client.request({ ':path': '/overview' });
  stream.on('error', () => undefined);
  await eventually(async () => {
    expect(await get(client, '/plain')).toEqual([200, undefined, 'plain']);
  });
  stream.close(8);
  await eventually(() => expect(closed.filter((url) => url !== '/plain').toSorted()).toEqual(['/liste', '/slow']));
  expect(await get(client, '/plain')).toEqual([200, undefined, 'plain']);
});
