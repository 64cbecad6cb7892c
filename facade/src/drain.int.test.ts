import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { startBalancer, type Balancer } from './testing/balancer.ts';
import { makeCertificate, pairIn } from './testing/certificate.ts';
import { eventually } from './testing/eventually.ts';
import { tripRules } from './testing/facade.ts';
import { startFacadeProcess, type FacadeProcess } from './testing/facade-process.ts';
import { startHttp2Load, type Http2Load } from './testing/http2-load.ts';
import { startLoad, type Load } from './testing/load.ts';
import { createSides } from './testing/sides.ts';

vi.setConfig({ testTimeout: 90_000 });
const sides = createSides();
afterEach(() => sides.close());

const drainWaitMs = 300;
const drainMs = 6_000;
const event = 'id: 7\ndata: tick\n\n';

/** Echoes bodies, ticks in event streams, and echoes in WebSockets. */
async function startSide() {
  const seen = new Set<string>();
  const seenTwice: string[] = [];
  const echo = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    if (body !== '' && seen.has(body)) seenTwice.push(body);
    seen.add(body);
    response.end(`got ${body}`);
  };
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    if (request.url === '/users/events') tick(response);
    else void echo(request, response);
  };
  const server = createServer(serve).listen(0, '127.0.0.1');
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => socket.on('message', (message: Buffer) => socket.send(message)));
  await once(server, 'listening');
  sides.onClose(() => {
    sockets.clients.forEach((socket) => socket.terminate());
    server.closeAllConnections();
    server.close();
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seenTwice };
}

function tick(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const ticking = setInterval(() => response.write(event), 5);
  response.on('close', () => clearInterval(ticking));
}

async function startReplicas() {
  const folder = await mkdtemp(join(tmpdir(), 'banyan-drain-'));
  sides.onClose(() => rm(folder, { recursive: true }));
  const pair = await makeCertificate('door');
  const { env, write } = pairIn(folder);
  await write(pair);
  const { origin, seenTwice } = await startSide();
  const rules = tripRules({ legacy: origin, trips: await sides.absent() });
  const start = async (): Promise<FacadeProcess> => {
    const facade = await startFacadeProcess(rules, {
      ...env,
      FACADE_DRAIN_WAIT_MS: String(drainWaitMs),
      FACADE_DRAIN_MS: String(drainMs),
      FACADE_LOG_LEVEL: 'info',
    });
    sides.onClose(() => void facade.stop('SIGKILL'));
    return facade;
  };
  const [plain, tls] = [await balancer(), await balancer()];
  const use = async (facades: readonly FacadeProcess[]): Promise<void> => {
    await plain.use(facades);
    await tls.use(facades.map(({ tlsUrl, adminUrl }) => ({ port: Number(new URL(tlsUrl ?? '').port), adminUrl })));
  };
  const tlsUrl = tls.url.replace('http:', 'https:');
  return { start, use, url: plain.url, tlsUrl, ca: pair.cert, seenTwice };
}

async function balancer(): Promise<Balancer> {
  const opened = await startBalancer();
  sides.onClose(() => opened.close());
  return opened;
}

async function goesOn(loads: readonly Load[]): Promise<void> {
  const before = loads.map(({ doneCount }) => doneCount());
  await eventually(() =>
    loads.forEach(({ doneCount }, index) => expect(doneCount()).toBeGreaterThan((before[index] ?? 0) + 50)),
  );
}

/** @returns what came until the end in order; rejects when it is broken off */
async function eventsOverHttp1({ url }: FacadeProcess): Promise<{ readonly all: Promise<string> }> {
  const answer = await fetch(`${url}/users/events`);
  return { all: answer.text() };
}

async function eventsOverHttp2({ tlsUrl = '' }: FacadeProcess, ca: string): Promise<{ readonly all: Promise<string> }> {
  const session = connectHttp2(tlsUrl, { ca }).on('error', () => undefined);
  sides.onClose(() => session.destroy());
  const stream = session.request({ ':path': '/users/events' });
  await once(stream, 'response');
  return { all: text(stream) };
}

async function webSocketOn({ port }: FacadeProcess): Promise<{ readonly code: Promise<number> }> {
  const client = new WebSocket(`ws://127.0.0.1:${port}/users/ws`);
  await once(client, 'open');
  client.send('hello');
  expect(String((await once(client, 'message'))[0])).toBe('hello');
  return { code: once(client, 'close').then(([code]) => code as number) };
}

test('SIGTERM under load of all kinds fails no request, ends streams in order, tells WebSockets 1012, in time', async () => {
  const { start, use, url, tlsUrl, ca, seenTwice } = await startReplicas();
  const [leaving, staying] = [await start(), await start()];
  await use([leaving, staying]);
  const loads: readonly [Load, Http2Load] = [
    startLoad(url, 6),
    startHttp2Load(tlsUrl, ca, { connectionCount: 4, streamCount: 4 }),
  ];
  const streams = await Promise.all(
    Array.from({ length: 5 }, () => [eventsOverHttp1(leaving), eventsOverHttp2(leaving, ca)]).flat(),
  );
  const sockets = await Promise.all(Array.from({ length: 20 }, () => webSocketOn(leaving)));
  await goesOn(loads);

  const beganMs = performance.now();
  const ended = leaving.stop();
  const texts = await Promise.all(streams.map(({ all }) => all));
  const codes = await Promise.all(sockets.map(({ code }) => code));
  expect(await ended).toBe(0);
  expect(performance.now() - beganMs).toBeLessThan(drainWaitMs + drainMs);
  await goesOn(loads);

  expect(texts.filter((all) => all === '' || all.replaceAll(event, '') !== '')).toEqual([]);
  expect(new Set(codes)).toEqual(new Set([1012]));
  expect(await Promise.all(loads.map((load) => load.stop()))).toEqual([[], []]);
  expect(seenTwice).toEqual([]);
  const isBad = ({ level, outcome }: Readonly<Record<string, unknown>>): boolean =>
    level === 'error' || level === 'warn' || (outcome !== undefined && outcome !== 'completed');
  expect(leaving.lines.filter(isBad)).toEqual([]);
});

test('no stream of HTTP/2 fails while each of two facades is restarted in turn under load', async () => {
  const { start, use, tlsUrl, ca, seenTwice } = await startReplicas();
  let running = [await start(), await start()];
  await use(running);
  const load = startHttp2Load(tlsUrl, ca, { connectionCount: 4, streamCount: 8 });
  for (const old of running) {
    await goesOn([load]);
    expect(await old.stop()).toBe(0);
    running = [...running.filter((one) => one !== old), await start()];
    await use(running);
  }
  await goesOn([load]);
  expect(await load.stop()).toEqual([]);
  expect(seenTwice).toEqual([]);
  expect(load.connectionCount()).toBeGreaterThan(4);
});
