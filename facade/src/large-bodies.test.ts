import { once } from 'node:events';
import { Agent, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { eventually } from './testing/eventually.ts';
import { startFacade, type TestFacade } from './testing/facade.ts';
import { mirroringRules } from './testing/mirroring.ts';
import { createSides } from './testing/sides.ts';

vi.setConfig({ testTimeout: 120_000 });

interface Exchange {
  readonly id: number;
  readonly sizeBytes: number;
  readonly method: 'POST' | 'PUT';
  /** Of `writes` a copy goes to a candidate, where it is short enough. */
  readonly path: 'plain' | 'writes';
  /** Without a length the body goes in chunks, both ways. */
  readonly hasLength: boolean;
  readonly isSideSlow: boolean;
  readonly isClientSlow: boolean;
  /** The side answers with what it gets: while it comes, or when it has all of it. */
  readonly isEchoed: 'during' | 'behind';
  /** The client leaves in the middle: nobody else may be touched by that. */
  readonly leaves: boolean;
}

const rare = (): fc.Arbitrary<boolean> => fc.nat(7).map((number) => number === 0);
const anExchange = fc.record({
  sizeBytes: fc.oneof(fc.nat(2_000), fc.nat(70_000), fc.nat(800_000)),
  method: fc.constantFrom('POST' as const, 'PUT' as const),
  path: fc.constantFrom('plain' as const, 'writes' as const),
  hasLength: fc.boolean(),
  isSideSlow: rare(),
  isClientSlow: rare(),
  isEchoed: fc.constantFrom('during' as const, 'behind' as const),
  leaves: rare(),
});

/** Bytes that belong to one exchange, and to one place in it. */
function bodyOf({ id, sizeBytes }: Exchange): Buffer {
  const words = new Uint32Array(Math.ceil(sizeBytes / 4));
  for (let at = 0; at < words.length; at += 1) words[at] = Math.imul(id, 2_654_435_761) ^ Math.imul(at, 40_503);
  return Buffer.from(words.buffer, 0, sizeBytes);
}

const sides = createSides();
let facade: TestFacade | undefined;
afterEach(async () => {
  await facade?.close();
  await sides.close();
});

async function take(message: IncomingMessage, isSlow: boolean): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of message as AsyncIterable<Buffer>) {
    pieces.push(piece);
    if (isSlow && pieces.length % 4 === 1) await pause(3);
  }
  return Buffer.concat(pieces);
}

function echo(all: readonly Exchange[], asked: IncomingMessage, answer: ServerResponse): void {
  asked.on('error', ignore);
  const one = all[Number(asked.url?.split('/').at(-1))];
  if (!one) return void answer.writeHead(404).end();
  if (one.hasLength) answer.setHeader('content-length', one.sizeBytes);
  if (one.isEchoed === 'during') asked.pipe(answer);
  else void take(asked, one.isSideSlow).then((body) => answer.end(body), ignore);
}

const ignore = (): void => undefined;

/** @returns what came back; undefined where the client has left */
async function send(url: string, one: Exchange, agent: Agent): Promise<Buffer | undefined> {
  const body = bodyOf(one);
  const headers = one.hasLength ? { 'content-length': body.length } : {};
  const client = request(`${url}/${one.path}/${one.id}`, { method: one.method, agent, headers });
  const answered = once(client, 'response') as Promise<[IncomingMessage]>;
  answered.catch(ignore);
  if (one.leaves) {
    client.on('error', ignore).write(body.subarray(0, body.length / 2));
    await pause(5);
    client.destroy();
    return undefined;
  }
  client.end(body);
  const [answer] = await answered;
  expect(answer.statusCode).toBe(200);
  return take(answer, one.isClientSlow);
}

const isSame = (one: Exchange | undefined, got: Buffer): boolean => one !== undefined && got.equals(bodyOf(one));

test('bodies of many clients stay apart, however their connections take turns in the same memory', async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const all: Exchange[] = fc.sample(anExchange, { seed, numRuns: 400 }).map((one, id) => ({ ...one, id }));
  const copies: { readonly id: number; readonly isRight: boolean }[] = [];
  const legacy = await sides.node((asked, answer) => echo(all, asked, answer));
  const candidate = await sides.node((asked, answer) => {
    const id = Number(asked.url?.split('/').at(-1));
    void take(asked, false).then((got) => copies.push({ id, isRight: isSame(all[id], got) }) && answer.end(), ignore);
  });
  facade = await startFacade({ rules: mirroringRules({ legacy, candidate }) });
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const wrong: number[] = [];
  const queue = [...all];
  const work = async (url: string): Promise<void> => {
    for (let one = queue.shift(); one; one = queue.shift()) {
      const got = await send(url, one, agent);
      if (got && !isSame(one, got)) wrong.push(one.id);
    }
  };
  await Promise.all(Array.from({ length: 16 }, () => work(facade?.url ?? '')));
  agent.destroy();
  expect(wrong, `seed ${seed}`).toEqual([]);
  const copied = all.filter(({ path, leaves, sizeBytes }) => path === 'writes' && !leaves && sizeBytes <= 65_536);
  await eventually(() => expect(copies.length).toBe(copied.length));
  expect(
    copies.filter(({ isRight }) => !isRight),
    `seed ${seed}`,
  ).toEqual([]);
});
