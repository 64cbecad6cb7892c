import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readdir, readFile } from 'node:fs/promises';
import { afterEach, expect, test } from 'vitest';
import { captureLog } from '@banyan/platform/testing';
import { serveVisit, type ServeVisitParts } from './serve-visit.ts';
import { throwing } from './testing/injected.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

test('whatever throws in the walk, the client gets 500, the gauge goes back, and the next request is served', async () => {
  const { log, lines } = captureLog();
  const inFlight = { count: 0 };
  // The first step throws; a rejected promise that nobody handled would end this process.
  const parts = { rules: throwing, log, metrics: { inFlight } } as unknown as ServeVisitParts;
  server = createServer((request, response) => {
    void serveVisit(parts, { request, response, upgrade: undefined, startedAtMs: 0 });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const method of ['GET', 'POST']) {
    const answer = await fetch(url, { method, ...(method === 'POST' && { body: 'x' }) });
    expect([answer.status, await answer.json()]).toMatchObject([500, { type: '/problems/internal' }]);
  }
  expect(inFlight.count).toBe(0);
  expect(lines.map(({ event }) => event)).toEqual(['request.crashed', 'request.crashed']);
});

test('the tolerant parser is switched on nowhere', async () => {
  const folder = new URL('./', import.meta.url);
  const names = (await readdir(folder, { recursive: true })).filter((name) => /(?<!\.test)\.ts$/.test(name));
  const uses = await Promise.all(
    names.map(async (name) => (await readFile(new URL(name, folder), 'utf8')).match(/insecureHTTPParser: \w+/g) ?? []),
  );
  expect(new Set(uses.flat())).toEqual(new Set(['insecureHTTPParser: false']));
});
