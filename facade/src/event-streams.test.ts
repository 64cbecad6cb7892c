import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from './testing/eventually.ts';
import { startFacade, tripRules, type TestFacade } from './testing/facade.ts';
import { createSides } from './testing/sides.ts';

const sides = createSides();
afterEach(() => sides.close());

let facade: TestFacade;
let stream: ServerResponse | undefined;
let isSideClosed = false;
beforeEach(async () => {
  isSideClosed = false;
  const origin = await sides.node((_request, response) => {
    stream = response;
    response.on('close', () => (isSideClosed = true));
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
    });
    response.flushHeaders();
  });
  facade = await startFacade({ rules: tripRules({ legacy: origin, trips: origin }) });
  sides.onClose(() => facade.close());
});

async function openStream() {
  const leaving = new AbortController();
  const answer = await fetch(`${facade.url}/trips`, {
    headers: { accept: 'text/event-stream', 'accept-encoding': 'gzip' },
    signal: leaving.signal,
  });
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  return { answer, leave: () => leaving.abort(), next: async () => (await reader?.read())?.value };
}

test('the head of a stream comes before its first event, with its type and its word to buffering proxies as they were', async () => {
  const { answer, leave } = await openStream();
  expect([
    answer.status,
    ...['content-type', 'cache-control', 'x-accel-buffering', 'content-length'].map((name) => answer.headers.get(name)),
  ]).toEqual([200, 'text/event-stream; charset=utf-8', 'no-cache', 'no', null]);
  leave();
});

test('each event reaches the client before the next one is written', async () => {
  const { next, leave } = await openStream();
  for (let id = 1; id <= 20; id += 1) {
    const event = `id: ${id}\ndata: ${'x'.repeat(id)}\n\n`;
    stream?.write(event);
    // The side writes nothing more until this one is here.
    expect(await next()).toBe(event);
  }
  leave();
});

test("a client that leaves ends the side's stream", async () => {
  const { next, leave } = await openStream();
  stream?.write('data: a\n\n');
  expect(await next()).toBe('data: a\n\n');
  expect(isSideClosed).toBe(false);
  leave();
  await eventually(() => expect(isSideClosed).toBe(true));
  await eventually(() => expect(facade.servedLines()[0]).toMatchObject({ status: 499 }));
});

test('a stream that the side ends comes to its end for the client', async () => {
  const { next } = await openStream();
  stream?.end('data: last\n\n');
  expect(await next()).toBe('data: last\n\n');
  expect(await next()).toBeUndefined();
});
