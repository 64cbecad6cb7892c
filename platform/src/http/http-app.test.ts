import { connect } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { BanyanError } from '../banyan-error.ts';
import { createMetrics } from '../metrics.ts';
import { captureLog, type CapturedLog, eventually } from '../testing/index.ts';
import { createHttpApp, createRouter, type HttpAppParts } from './http-app.ts';
import { ProblemError, problem } from './problem.ts';
import { listen, type RunningServer } from './server.ts';

interface App {
  readonly url: string;
  readonly port: number;
  readonly captured: CapturedLog;
  readonly metricsText: () => Promise<string>;
}

const servers: RunningServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function anApp(parts: Partial<HttpAppParts> = {}): Promise<App> {
  const captured = captureLog();
  const metrics = createMetrics({ process: false });
  const app = createHttpApp({ log: captured.log, metrics, routes: createRouter(), ...parts });
  const server = await listen(app, { port: 0, graceMs: 0 });
  servers.push(server);
  return { url: server.url, port: server.port, captured, metricsText: () => metrics.registry.metrics() };
}

/** One route, `/it`, that fails with `failure`. */
function failingWith(failure: unknown) {
  const routes = createRouter();
  routes.all('/it', () => {
    throw failure;
  });
  return anApp({ routes });
}

function echoing() {
  const routes = createRouter();
  routes.post('/it', (request, response) => void response.json(request.body));
  return routes;
}

const post = (url: string, body: string, contentType = 'application/json') =>
  fetch(url, { method: 'POST', body, headers: { 'content-type': contentType } });

describe('an application', () => {
  test('is healthy while it answers', async () => {
    const { url } = await anApp();
    expect((await fetch(`${url}/health`)).status).toBe(200);
  });

  test('is ready when every check holds', async () => {
    const readyChecks = [{ name: 'database', check: () => Promise.resolve({ isReady: true }) }];
    const { url } = await anApp({ readyChecks });
    const answer = await fetch(`${url}/ready`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ checks: [{ name: 'database', isReady: true }] });
  });

  test('is not ready when one check does not hold or fails, and says why', async () => {
    const { url } = await anApp({
      readyChecks: [
        { name: 'flags', check: () => Promise.resolve({ isReady: false, why: 'no answer yet' }) },
        { name: 'database', check: () => Promise.reject(new TypeError('refused')) },
        { name: 'rules', check: () => Promise.resolve({ isReady: true }) },
      ],
    });
    const answer = await fetch(`${url}/ready`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({
      checks: [
        { name: 'flags', isReady: false, why: 'no answer yet' },
        { name: 'database', isReady: false, why: 'refused' },
        { name: 'rules', isReady: true },
      ],
    });
  });

  test('is not ready when a check does not come back', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const asked = vi.fn(() => new Promise<never>(() => undefined));
    const { url } = await anApp({ readyChecks: [{ name: 'database', check: asked }] });
    const answer = fetch(`${url}/ready`);
    await eventually(() => expect(asked).toHaveBeenCalled());
    await vi.advanceTimersByTimeAsync(900);
    vi.useRealTimers();
    expect(await (await answer).json()).toEqual({
      checks: [{ name: 'database', isReady: false, why: 'database took longer than 900 ms.' }],
    });
  });

  test('is not ready as soon as its lifecycle closes, but healthy', async () => {
    const lifecycle = { isClosing: false };
    const { url } = await anApp({ lifecycle });
    expect((await fetch(`${url}/ready`)).status).toBe(200);
    lifecycle.isClosing = true;
    const answer = await fetch(`${url}/ready`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({
      checks: [{ name: 'process', isReady: false, why: 'the process is closing' }],
    });
    expect((await fetch(`${url}/health`)).status).toBe(200);
  });

  test('measures and logs a request when its answer is sent', async () => {
    const routes = createRouter();
    routes.get('/it', (_request, response) => void response.status(201).json({}));
    const { url, captured, metricsText } = await anApp({ routes });
    await fetch(`${url}/it`, { headers: { 'x-request-id': 'abc' } });
    await eventually(async () =>
      expect(await metricsText()).toContain('http_server_duration_seconds_count{method="GET",status="201"} 1'),
    );
    expect(captured.lines).toContainEqual(
      expect.objectContaining({ level: 'debug', event: 'request.served', requestId: 'abc', status: 201 }),
    );
  });

  test('measures a request whose client went away as 499', async () => {
    const routes = createRouter();
    let arrived: () => void;
    const hasArrived = new Promise<void>((resolve) => (arrived = resolve));
    routes.get('/it', () => arrived());
    const { port, metricsText } = await anApp({ routes });
    const client = connect(port, '127.0.0.1');
    client.write('GET /it HTTP/1.1\r\nhost: a\r\n\r\n');
    await hasArrived;
    client.destroy();
    await eventually(async () => expect(await metricsText()).toContain('{method="GET",status="499"} 1'));
  });

  test('does not measure what probes and scrapers ask', async () => {
    const { url } = await anApp();
    await fetch(`${url}/health`);
    await fetch(`${url}/ready`);
    const answer = await fetch(`${url}/metrics`);
    expect(answer.headers.get('content-type')).toContain('text/plain');
    expect(await answer.text()).not.toContain('http_server_duration_seconds_count');
  });

  test('tells nobody what it is made of', async () => {
    const { url } = await anApp();
    expect((await fetch(`${url}/health`)).headers.has('x-powered-by')).toBe(false);
  });
});

describe('an error is answered with a problem document', () => {
  test('that a route threw, without a log line', async () => {
    const { url, captured } = await failingWith(
      new ProblemError(problem(409, 'plate-taken', 'Plate taken', 'Choose another.')),
    );
    const answer = await fetch(`${url}/it`);
    expect(answer.status).toBe(409);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await answer.json()).toEqual({
      type: '/problems/plate-taken',
      title: 'Plate taken',
      status: 409,
      detail: 'Choose another.',
    });
    expect(captured.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('that an asynchronous route rejected with', async () => {
    const routes = createRouter();
    routes.get('/it', () => Promise.reject(new ProblemError(problem(404, 'no-position', 'No position', 'None yet.'))));
    const { url } = await anApp({ routes });
    expect((await fetch(`${url}/it`)).status).toBe(404);
  });

  test('for a route that does not exist', async () => {
    const { url } = await anApp();
    const answer = await fetch(`${url}/nowhere?a=1`);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({
      type: '/problems/no-such-route',
      detail: 'GET /nowhere is not served here.',
    });
  });

  test('that says nothing of an unknown failure, which is logged', async () => {
    const { url, captured } = await failingWith(new TypeError('secret internals'));
    const answer = await fetch(`${url}/it`, { headers: { 'x-request-id': 'abc' } });
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('internals');
    expect(captured.lines).toContainEqual(
      expect.objectContaining({ level: 'error', event: 'request.failed', requestId: 'abc', msg: 'secret internals' }),
    );
  });

  test('with 503 and Retry-After for a failure that passes, which is logged', async () => {
    const { url, captured } = await failingWith(Object.assign(new TypeError('connect'), { code: 'ECONNREFUSED' }));
    const answer = await fetch(`${url}/it`);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(captured.lines).toContainEqual(expect.objectContaining({ event: 'request.failed' }));
  });

  test.each([
    ['an error of ours', new BanyanError('X', 'x', { remedy: 'y' })],
    ['an upstream answer that a client library threw', Object.assign(new TypeError('not found'), { status: 404 })],
    ['something that is no error', 'text'],
  ])('with 500 for %s', async (_name, failure) => {
    const { url } = await failingWith(failure);
    expect((await fetch(`${url}/it`)).status).toBe(500);
  });

  test('with 401 that says how to authenticate', async () => {
    const { url } = await failingWith(new ProblemError(problem(401, 'unauthorised', 'Unauthorised', 'Send a token.')));
    expect((await fetch(`${url}/it`)).headers.get('www-authenticate')).toBe('Bearer');
  });

  test('with 400 for a path that cannot be decoded', async () => {
    const routes = createRouter();
    routes.get('/it/:id', (_request, response) => void response.json({}));
    const { url } = await anApp({ routes });
    expect((await fetch(`${url}/it/%E0%A4%A`)).status).toBe(400);
  });

  test('by breaking the connection when half an answer is out', async () => {
    const routes = createRouter();
    routes.get('/it', (_request, response) => {
      response.write('half');
      throw new TypeError('then it broke');
    });
    const { url, captured } = await anApp({ routes });
    await expect(fetch(`${url}/it`).then((answer) => answer.text())).rejects.toThrow('terminated');
    expect(captured.lines).toContainEqual(expect.objectContaining({ event: 'request.failed' }));
  });
});

describe('a body', () => {
  test('is parsed as JSON', async () => {
    const { url } = await anApp({ routes: echoing() });
    expect(await (await post(`${url}/it`, '{"a":1}')).json()).toEqual({ a: 1 });
  });

  test('that is no JSON is refused without being repeated', async () => {
    const { url } = await anApp({ routes: echoing() });
    const answer = await post(`${url}/it`, '{"card":4111');
    expect(answer.status).toBe(400);
    expect(await answer.text()).not.toContain('4111');
  });

  test('that is too large is refused', async () => {
    const { url } = await anApp({ routes: echoing(), bodyBytesLimit: 10 });
    const answer = await post(`${url}/it`, '{"a":"123456789"}');
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ type: '/problems/body-too-large', status: 413 });
  });

  test('in a charset that JSON does not know is refused', async () => {
    const { url } = await anApp({ routes: echoing() });
    expect((await post(`${url}/it`, '{}', 'application/json; charset=latin1')).status).toBe(415);
  });
});
