import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { UpstreamTls } from '@banyan/routing-rules';
import { WebSocket, WebSocketServer } from 'ws';
import { eventually } from '../testing/eventually.ts';
import { startFacade } from '../testing/facade.ts';
import { createSides } from '../testing/sides.ts';
import { selfSigned, startTlsSide, type Certificate } from '../testing/tls-side.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

let trips: Certificate;
let other: Certificate;
beforeAll(async () => {
  trips = await selfSigned('trips.internal');
  other = await selfSigned('client');
});
afterAll(async () => {
  await trips.remove();
  await other.remove();
});

/** A server for `trips.internal` on this machine, and a forwarder that speaks to it. */
async function forwarderOver(tls: UpstreamTls | undefined, host = 'trips.internal', options = {}) {
  const names = new Set<unknown>();
  const side = await startTlsSide({ ...trips, ...options }, (request, response) => {
    const { socket } = request;
    names.add('servername' in socket ? socket.servername : undefined);
    response.end(request.headers.host);
  });
  sides.onClose(() => side.close());
  const forwarder = await sides.forwarderTo(
    { urls: [`https://${host}:${side.port}`], tls },
    { lookUp: () => Promise.resolve(['127.0.0.1']) },
  );
  return { ...forwarder, names };
}

async function resultOf({ url, outcomes }: Awaited<ReturnType<typeof forwarderOver>>): Promise<unknown> {
  // Until its name is looked up, the first request would go to a host that does not exist.
  await eventually(async () => {
    await (await fetch(url)).text();
    expect(outcomes.at(-1)).not.toMatchObject({ code: 'ENOTFOUND' });
    expect(outcomes.at(-1)).not.toMatchObject({ code: 'EAI_AGAIN' });
  });
  return outcomes.at(-1);
}

describe('the certificate of an https upstream', () => {
  test('is refused when nobody known has signed it', async () => {
    const forwarder = await forwarderOver(undefined);
    expect(await resultOf(forwarder)).toEqual({ kind: 'connect-failed', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  });

  test('is accepted by the authorities that the rules name', async () => {
    const forwarder = await forwarderOver({ caFile: trips.certFile });
    expect(await resultOf(forwarder)).toEqual({ kind: 'completed', status: 200 });
    expect(forwarder.names).toEqual(new Set(['trips.internal']));
  });

  test('is refused for another name, unless the rules say that it is this one', async () => {
    const wrong = await forwarderOver({ caFile: trips.certFile }, 'vehicles.internal');
    expect(await resultOf(wrong)).toEqual({ kind: 'connect-failed', code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    const told = await forwarderOver({ caFile: trips.certFile, serverName: 'trips.internal' }, 'vehicles.internal');
    expect(await resultOf(told)).toEqual({ kind: 'completed', status: 200 });
    const address = await forwarderOver({ caFile: trips.certFile }, '127.0.0.1');
    expect(await resultOf(address)).toEqual({ kind: 'connect-failed', code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });

  test('is not looked at where the rules say insecure', async () => {
    expect(await resultOf(await forwarderOver({ insecure: true }))).toEqual({ kind: 'completed', status: 200 });
  });

  test('does not depend on the Host that a client sends', async () => {
    const { url, names } = await forwarderOver({ caFile: trips.certFile, serverName: 'trips.internal' }, '127.0.0.1');
    const hosts = await Promise.all(['localhost', '127.0.0.1'].map((host) => fetch(url.replace('127.0.0.1', host))));
    expect(hosts.map(({ status }) => status)).toEqual([200, 200]);
    expect(names).toEqual(new Set(['trips.internal']));
  });
});

test('the facade shows the certificate that the rules name', async () => {
  const asking = { requestCert: true, rejectUnauthorized: true, ca: undefined as string | undefined };
  asking.ca = other.cert;
  const shown = await forwarderOver(
    { caFile: trips.certFile, certFile: other.certFile, keyFile: other.keyFile },
    'trips.internal',
    asking,
  );
  expect(await resultOf(shown)).toEqual({ kind: 'completed', status: 200 });
  const hidden = await forwarderOver({ caFile: trips.certFile }, 'trips.internal', asking);
  expect(await resultOf(hidden)).not.toMatchObject({ kind: 'completed' });
});

describe('rules with tls', () => {
  const rulesTo = (port: number, tls: string): string => `
version: 1
upstreams:
  legacy: { side: legacy, url: 'https://127.0.0.1:${port}', tls: ${tls} }
defaults: { upstream: legacy }
routes: [{ id: all, methods: [ANY], path: '/{rest*}', upstream: legacy }]
`;

  test('that check nothing are a warning, and stand in the status; WebSockets go the same way', async () => {
    const side = await startTlsSide(trips, (_request, response) => response.end('ok'));
    sides.onClose(() => side.close());
    const facade = await startFacade({ rules: rulesTo(side.port, '{ insecure: true }') });
    sides.onClose(() => facade.close());
    expect(await (await fetch(facade.url)).text()).toBe('ok');
    expect(facade.lines.filter(({ event }) => event === 'upstream.insecure')).toMatchObject([{ upstream: 'legacy' }]);
    expect((await facade.admin('GET', '/status')).body).toMatchObject({ upstreams: [{ tls: { insecure: true } }] });
  });

  test.each([
    ['http1', 'DEPTH_ZERO_SELF_SIGNED_CERT', 1],
    ['h2', 'DEPTH_ZERO_SELF_SIGNED_CERT', 1],
  ])(
    'that refuse the certificate of a side of %s say so in the log and in the status',
    async (protocol, code, count) => {
      const side = await startTlsSide({ ...trips, ALPNProtocols: ['h2', 'http/1.1'] }, (_request, response) =>
        response.end('ok'),
      );
      sides.onClose(() => side.close());
      const facade = await startFacade({ rules: rulesTo(side.port, `{}, protocol: ${protocol}`) });
      sides.onClose(() => facade.close());
      for (let index = 0; index < 3; index += 1) expect((await fetch(facade.url)).status).toBe(503);
      const lines = facade.lines.filter(({ event }) => event === 'upstream.unreachable');
      expect(lines).toMatchObject([{ upstream: 'legacy', instance: `127.0.0.1:${side.port}`, code }]);
      expect(lines).toHaveLength(count);
      const { body } = await facade.admin('GET', '/status');
      expect(body).toMatchObject({ upstreams: [{ instances: [{ connectFailure: code }] }] });
    },
  );

  test('that name a file which cannot be used are refused', async () => {
    const starting = startFacade({ rules: rulesTo(1, '{ caFile: /no/such/file.pem }') });
    await expect(starting).rejects.toThrow(/legacy: a file of its tls cannot be used: ENOENT/);
  });
});

test('a WebSocket over TLS is checked like a request', async () => {
  const side = await startTlsSide(trips, (_request, response) => response.end());
  sides.onClose(() => side.close());
  const rules = (tls: string): string => `
version: 1
upstreams:
  legacy: { side: legacy, url: 'https://127.0.0.1:${side.port}', tls: ${tls} }
defaults: { upstream: legacy }
`;
  const sockets = new WebSocketServer({ server: side.server });
  sockets.on('connection', (socket) => socket.on('message', (bytes) => socket.send(bytes)));
  const facade = await startFacade({ rules: rules(`{ caFile: '${trips.certFile}', serverName: trips.internal }`) });
  sides.onClose(() => facade.close());
  const socket = new WebSocket(facade.url.replace('http', 'ws'));
  await once(socket, 'open');
  socket.send('ping');
  const [answer] = (await once(socket, 'message')) as [Buffer];
  expect(answer.toString()).toBe('ping');
  socket.terminate();
  const strict = await startFacade({ rules: rules('{}') });
  sides.onClose(() => strict.close());
  const refused = new WebSocket(strict.url.replace('http', 'ws'));
  const [err] = (await once(refused, 'error')) as [Error];
  expect(err.message).toContain('503');
});
