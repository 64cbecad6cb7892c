import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLogger } from '../logger.ts';
import { createMetrics } from '../metrics.ts';
import { createHttpApp, createRouter } from './http-app.ts';
import { listen, type RunningServer } from './server.ts';

let server: RunningServer;
beforeAll(async () => {
  const routes = createRouter();
  routes.get('/it', (request, response) => void response.json({ id: request.requestId }));
  const app = createHttpApp({ log: silentLogger, metrics: createMetrics({ process: false }), routes });
  server = await listen(app, { port: 0, graceMs: 0 });
});
afterAll(() => server.close());

describe('a request id', () => {
  test('is taken over when it is well-formed', async () => {
    const { headers } = await fetch(`${server.url}/health`, { headers: { 'x-request-id': 'abc-1.2_3' } });
    expect(headers.get('x-request-id')).toBe('abc-1.2_3');
  });

  test.each([
    ['has spaces', 'a b'],
    ['is too long', 'x'.repeat(65)],
    ['is empty', ''],
  ])('is made when it %s', async (_name, given) => {
    const { headers } = await fetch(`${server.url}/health`, { headers: { 'x-request-id': given } });
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('is known to the routes', async () => {
    const answer = await fetch(`${server.url}/it`, { headers: { 'x-request-id': 'abc' } });
    expect(await answer.json()).toEqual({ id: 'abc' });
  });
});
