import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect as connectHttp2, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2';
import { Agent, request as httpsRequest } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { makeCertificate, pairIn, type TestCertificate } from '../testing/certificate.ts';
import { eventually } from '../testing/eventually.ts';
import { startFacade, tripRules, type TestFacade } from '../testing/facade.ts';
import { createSides } from '../testing/sides.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

interface TlsFacade extends TestFacade {
  readonly tlsPort: number;
  readonly pair: TestCertificate;
  readonly write: (pair: TestCertificate) => Promise<void>;
}

async function tlsFacadeBefore(legacy: string, env: Readonly<Record<string, string>> = {}): Promise<TlsFacade> {
  const folder = await mkdtemp(join(tmpdir(), 'banyan-tls-'));
  sides.onClose(() => rm(folder, { recursive: true }));
  const files = pairIn(folder);
  const pair = await makeCertificate('first');
  await files.write(pair);
  const rules = tripRules({ legacy, trips: await sides.absent() });
  const facade = await startFacade({ rules, env: { ...files.env, ...env } });
  sides.onClose(() => facade.close());
  return { ...facade, tlsPort: Number(new URL(facade.tlsUrl ?? '').port), pair, write: files.write };
}

async function http2To({ tlsUrl = '', pair }: TlsFacade): Promise<ClientHttp2Session> {
  const client = connectHttp2(tlsUrl, { ca: pair.cert });
  client.on('error', () => undefined);
  sides.onClose(() => client.destroy());
  await once(client, 'connect');
  return client;
}

async function get(client: ClientHttp2Session, path: string): Promise<{ head: IncomingHttpHeaders; body: string }> {
  const stream = client.request({ ':path': path });
  const [head] = (await once(stream, 'response')) as [IncomingHttpHeaders];
  return { head, body: await text(stream) };
}

/** The name on the certificate that a new handshake gets. */
async function nameAt(port: number, options: ConnectionOptions = {}): Promise<string> {
  const socket: TLSSocket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options });
  try {
    await once(socket, 'secureConnect');
    return String(socket.getPeerCertificate().subject.CN);
  } finally {
    socket.destroy();
  }
}

const schemeSide = () =>
  sides.node((request, response) =>
    response.end(`${String(request.headers['x-forwarded-proto'])} ${request.url ?? ''}`),
  );

describe('the TLS port', () => {
  test('speaks HTTP/2 with whoever offers it, and says so to the side and in the log', async () => {
    const facade = await tlsFacadeBefore(await schemeSide());
    const client = await http2To(facade);
    expect(client.alpnProtocol).toBe('h2');
    const { head, body } = await get(client, '/users/7');
    expect(body).toBe('https /users/7');
    expect(head).toMatchObject({ ':status': 200, 'x-banyan-side': 'legacy' });
    expect(facade.servedLines()[0]).toMatchObject({ rule: 'users', status: 200, outcome: 'completed' });
  });

  test('speaks HTTP/1.1 with everybody else, WebSockets too', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    sides.onClose(() => server.close());
    server.on('connection', (socket) => socket.send('hello'));
    const facade = await tlsFacadeBefore(`http://127.0.0.1:${(server.address() as { port: number }).port}`);
    const client = new WebSocket(`wss://127.0.0.1:${facade.tlsPort}/users/live`, { ca: facade.pair.cert });
    expect(String((await once(client, 'message'))[0])).toBe('hello');
    client.close();
    await once(client, 'close');
  });

  test.each(['--http2', '--http1.1'])('serves curl %s', async (version) => {
    const facade = await tlsFacadeBefore(await schemeSide());
    const upload = ['--data-binary', 'x'.repeat(100_000), '-H', 'expect: 100-continue'];
    const wanted = ['-sk', version, '-w', ' %{http_version}', `${facade.tlsUrl ?? ''}/users/7`];
    const { stdout } = await promisify(execFile)('curl', [...upload, ...wanted]);
    expect(stdout).toBe(`https /users/7 ${version === '--http2' ? '2' : '1.1'}`);
  });

  test('refuses TLS 1.1, and ends a handshake that does not come', async () => {
    const facade = await tlsFacadeBefore(await sides.absent(), { FACADE_TLS_HANDSHAKE_MS: '100' });
    await expect(nameAt(facade.tlsPort, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1' })).rejects.toThrow();
    const silent = connectTcp(facade.tlsPort, '127.0.0.1');
    await once(silent.resume(), 'close');
    await eventually(async () =>
      expect((await facade.admin('GET', '/metrics')).body).toContain('facade_refusals_total{reason="tls-handshake"} 2'),
    );
  });

  test('does not take more connections from one address than it is told to', async () => {
    const facade = await tlsFacadeBefore(await schemeSide(), { FACADE_CONNECTIONS_PER_ADDRESS: '2' });
    const client = await http2To(facade);
    const plain = connectTcp(facade.port, '127.0.0.1');
    await once(plain, 'connect');
    await eventually(() => expect(nameAt(facade.tlsPort)).rejects.toThrow());
    const refused = connectTcp(facade.port, '127.0.0.1');
    await once(refused.resume(), 'close');
    expect((await get(client, '/users')).body).toBe('https /users');
    expect((await facade.admin('GET', '/metrics')).body).toMatch(/^facade_connections_refused_total [2-9]/m);
    plain.destroy();
    await eventually(async () => expect(await nameAt(facade.tlsPort)).toBe('first'));
  });
});

describe('a new certificate', () => {
  test('is used for new handshakes; connections that are open live on', async () => {
    const facade = await tlsFacadeBefore(await schemeSide());
    const client = await http2To(facade);
    const notAfter = new Date(1_000 * Math.floor(Date.now() / 1_000) + 3_600_000);
    await facade.write(await makeCertificate('second', notAfter));
    await eventually(async () => expect(await nameAt(facade.tlsPort)).toBe('second'));
    expect(await nameAt(facade.tlsPort, { maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA' }).catch(() => 'refused')).toBe(
      'refused',
    );
    expect((await get(client, '/users')).body).toBe('https /users');
    const { body } = await facade.admin('GET', '/metrics');
    expect(body).toContain(`facade_tls_certificate_expiry_seconds ${notAfter.getTime() / 1_000}`);
    expect(facade.lines).toContainEqual(expect.objectContaining({ event: 'tls.replaced' }));
  });

  test.each([
    [
      'whose key is another’s',
      async (first: TestCertificate) => ({ ...(await makeCertificate('bad')), key: first.key }),
    ],
    ['that has expired', () => makeCertificate('bad', new Date(Date.now() - 1_000))],
    ['that is no certificate', (first: TestCertificate) => Promise.resolve({ ...first, cert: 'nonsense' })],
  ])('%s is refused with a log line, and the last good one stays', async (_what, make) => {
    const facade = await tlsFacadeBefore(await sides.absent());
    await facade.write(await make(facade.pair));
    await eventually(async () =>
      expect((await facade.admin('GET', '/metrics')).body).toMatch(/^facade_tls_certificates_refused_total [1-9]/m),
    );
    expect(await nameAt(facade.tlsPort)).toBe('first');
    expect(facade.lines).toContainEqual(expect.objectContaining({ event: 'tls.refused', level: 'error' }));
    await facade.write(await makeCertificate('third'));
    await eventually(async () => expect(await nameAt(facade.tlsPort)).toBe('third'));
  });

  test('a start with half a pair, or a bad one, says what is wrong', async () => {
    const rules = tripRules({ legacy: await sides.absent(), trips: await sides.absent() });
    const [FACADE_TLS_CERT, FACADE_TLS_KEY] = ['/nowhere/tls.crt', '/nowhere/tls.key'];
    await expect(startFacade({ rules, env: { FACADE_TLS_CERT } })).rejects.toMatchObject({
      code: 'TLS_PAIR_INCOMPLETE',
    });
    await expect(startFacade({ rules, env: { FACADE_TLS_CERT, FACADE_TLS_KEY } })).rejects.toMatchObject({
      code: 'TLS_PAIR_REFUSED',
      message: 'The certificate cannot be served: /nowhere/tls.crt: there is no such file.',
    });
  });
});

describe('the end', () => {
  test('HTTP/2: streams under way finish, the client is told to go away, and its connection ends', async () => {
    let finish: (() => void) | undefined;
    const facade = await tlsFacadeBefore(
      await sides.node((_request, response) => (finish = () => response.end('done'))),
    );
    const client = await http2To(facade);
    const answer = get(client, '/users');
    await eventually(() => expect(finish).toBeDefined());
    const told = once(client, 'goaway');
    const closed = facade.close();
    expect((await told)[0]).toBe(0);
    finish?.();
    expect((await answer).body).toBe('done');
    await closed;
    await eventually(() => expect(client.destroyed).toBe(true));
  });

  test('HTTP/1.1 over TLS: the answer under way finishes and says that the connection ends', async () => {
    let finish: (() => void) | undefined;
    const facade = await tlsFacadeBefore(
      await sides.node((_request, response) => (finish = () => response.end('done'))),
    );
    const agent = new Agent({ keepAlive: true, ca: facade.pair.cert });
    const asked = httpsRequest(`${facade.tlsUrl ?? ''}/users`, { agent }).end();
    await eventually(() => expect(finish).toBeDefined());
    const closed = facade.close();
    await eventually(() => expect(nameAt(facade.tlsPort)).rejects.toThrow('ECONNREFUSED'));
    finish?.();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    expect([await text(answer), answer.headers.connection]).toEqual(['done', 'close']);
    await closed;
    agent.destroy();
  });
});
