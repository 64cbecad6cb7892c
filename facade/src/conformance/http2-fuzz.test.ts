import fc from 'fast-check';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { makeCertificate, pairIn } from '../testing/certificate.ts';
import { fuzzSeconds, fuzzSeed, isMemoryChecked } from '../testing/config.ts';
import { startFacadeProcess, type FacadeProcess } from '../testing/facade-process.ts';
import { hostileClient, hostileServer, type HostileFrames } from '../testing/hostile-frames.ts';
import { acknowledged, frame, frameCount, preface } from '../testing/http2-frames.ts';
import type { RawServer } from '../testing/raw-sockets.ts';
import { createSides } from '../testing/sides.ts';

// A process whose memory is checked is twenty times slower.
const slowness = isMemoryChecked ? 20 : 1;
vi.setConfig({ testTimeout: fuzzSeconds * 1_000 + slowness * 120_000, hookTimeout: slowness * 60_000 });

const sides = createSides();
let facade: FacadeProcess;
let start: () => Promise<FacadeProcess>;
/** What the hostile side writes behind the first request of a connection. */
let answer: HostileFrames = [];

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'banyan-tls-'));
  sides.onClose(() => rm(folder, { recursive: true }));
  const files = pairIn(folder);
  await files.write(await makeCertificate('door'));
  const hostile = await hostileSide();
  const rules = rulesFor(await sides.node(moody), hostile.origin);
  start = () => startFacadeProcess(rules, { ...files.env, FACADE_DRAIN_MS: '500' }, { isMemoryChecked });
  facade = await start();
  sides.onClose(async () => {
    await facade.stop('SIGKILL');
  });
});
afterAll(() => sides.close());

/** Says what a server of HTTP/2 says first, and after the first request of a connection what it is given. */
function hostileSide(): Promise<RawServer> {
  const begun = new Set<number>();
  const answered = new Set<number>();
  return sides.raw((socket, soFar, index) => {
    if (!begun.has(index)) socket.write(Buffer.concat([frame('SETTINGS', 0, 0), frame('SETTINGS', acknowledged, 0)]));
    begun.add(index);
    if (answered.has(index) || frameCount('HEADERS', soFar) === 0) return;
    answered.add(index);
    void writeAll(socket, answer);
  });
}

const rulesFor = (legacy: string, hostile: string): string => `
version: 1
upstreams:
  legacy: { side: legacy, url: ${legacy}, health: { ejectAfter: 1000 }, breaker: { enabled: false } }
  hostile:
    side: extracted
    url: ${hostile}
    protocol: h2
    timeouts: { headersMs: ${100 * slowness}, bodyIdleMs: ${100 * slowness}, totalMs: ${200 * slowness} }
    health: { ejectAfter: 1000 }
    breaker: { enabled: false }
defaults: { upstream: legacy }
capabilities: {}
routes:
  - { id: hostile, methods: [ANY], path: '/hostile/{rest*}', upstream: hostile }
`;

/** A side of many moods: each path has its own. */
function moody(request: IncomingMessage, response: ServerResponse): void {
  const whole = (): void => void response.end('ok');
  request.resume();
  if (request.url === '/early') whole();
  else if (request.url === '/late') setTimeout(whole, 5);
  else if (request.url === '/half') response.writeHead(200, { 'content-length': 9 }).write('half');
  else if (request.url === '/cut') response.writeHead(200).write('half', () => response.destroy());
  else if (request.url === '/large') response.end(Buffer.alloc(100_000, 'x'));
  else request.once('end', whole);
}

interface Writing {
  readonly writable: boolean;
  write(bytes: Buffer): boolean;
}

/** Each packet by itself, when the one before is through: while something is being written, less can go wrong. */
async function writeAll(socket: Writing, packets: readonly Buffer[]): Promise<void> {
  for (const packet of packets) {
    if (!socket.writable) return;
    socket.write(packet);
    await pause(3 * slowness);
  }
}

async function attack(packets: HostileFrames): Promise<void> {
  const port = Number(new URL(facade.tlsUrl ?? '').port);
  const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: ['h2'] });
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => undefined).resume();
  await Promise.race([once(socket, 'secureConnect').catch(() => undefined), closed]);
  await writeAll(socket, [preface, ...packets]);
  await Promise.race([closed, pause(15 * slowness)]);
  socket.destroy();
  await closed;
}

async function ask(path: string, method = 'GET'): Promise<number | undefined> {
  const body = method === 'POST' ? { body: 'a body' } : {};
  try {
    const signal = AbortSignal.timeout(10_000 * slowness);
    const response = await fetch(facade.url + path, { method, signal, ...body });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return undefined;
  }
}

/** Starts another one where it does not, so that a smaller attack can be looked for. */
async function expectLife(): Promise<void> {
  const { processId } = facade;
  const status = await ask('/ok');
  if (status !== 200) {
    await facade.stop('SIGKILL');
    facade = await start();
  }
  expect([status, facade.processId], 'the facade lives and serves').toEqual([200, processId]);
}

const clientsAttack = fc.asyncProperty(fc.array(hostileClient, { minLength: 1, maxLength: 8 }), async (clients) => {
  await Promise.all(clients.map(attack));
  await expectLife();
});

const sideAttacks = fc.asyncProperty(hostileServer, async (packets) => {
  answer = packets;
  const methods = ['GET', 'POST', 'GET', 'POST', 'GET', 'GET'];
  await Promise.all(methods.map((method) => ask('/hostile/a', method)));
  await expectLife();
});

async function repeat<Input>(property: fc.IAsyncProperty<Input>): Promise<number> {
  const deadline = performance.now() + (fuzzSeconds * 1_000) / 2;
  let round = 0;
  do {
    await fc.assert(property, {
      seed: fuzzSeed + round,
      numRuns: 10,
      endOnFailure: isMemoryChecked,
    });
    round += 1;
  } while (performance.now() < deadline);
  return round;
}

test.each([
  ['a client', () => repeat(clientsAttack)],
  ['a side', () => repeat(sideAttacks)],
])(`no frames of %s end the process, and others are served`, async (_whose, attackAll) => {
  expect(await attackAll()).toBeGreaterThan(0);
});

test('and it ends in order, without an error', async () => {
  const seen = facade.lines.map(({ rule, outcome }) => `${String(rule)} ${String(outcome).split('.')[0] ?? ''}`);
  // What was sent came through to where it can do harm.
  for (const wanted of ['default completed', 'default client-aborted', 'hostile upstream-cut'])
    expect(seen).toContain(wanted);
  expect(facade.lines.filter(({ event, level }) => event === 'request.crashed' || level === 'error')).toEqual([]);
  expect(await facade.stop()).toBe(0);
});
