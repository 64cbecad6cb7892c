import { once } from 'node:events';
import type { ClientHttp2Session, IncomingHttpHeaders } from 'node:http2';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test, vi } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { startHttp2Facade } from '../testing/http2-client.ts';
import { createSides } from '../testing/sides.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

const aFacade = (legacy: string) =>
  startHttp2Facade(sides, {
    rules: `
version: 1
upstreams: { legacy: { side: legacy, url: ${legacy} } }
defaults: { upstream: legacy }
routes:
  - { id: overview, methods: [GET], path: /overview, aggregate: { parts: { list: { path: /list }, slow: { path: /slow } } } }
  - { id: list, methods: [GET], path: /list, cache: true, transform: { path: /liste } }
`,
  });

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
