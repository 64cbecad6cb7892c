import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { id, idText } from '../contract/fields.ts';
import type { RouteContract } from '../contract/route-contract.ts';
import { createMetrics } from '../metrics.ts';
import { captureLog } from '../testing/index.ts';
import { createHttpApp, createRouter } from './http-app.ts';
import { refusalOf } from './refusal.ts';
import { contractServer, expressPath } from './serve-contract.ts';
import { listen, type RunningServer } from './server.ts';

interface Guarded extends RouteContract {
  readonly isSecret?: boolean;
}

const thing = z.object({ id, name: z.string() });
const addThing = {
  method: 'post',
  path: '/groups/{groupId}/things',
  summary: 'Add a thing.',
  params: z.object({ groupId: idText }),
  query: z.object({ count: z.string().default('one') }),
  body: z.object({ name: z.string().default('unnamed') }),
  answer: { kind: 'json', status: 201, schema: thing, location: '/things/{id}' },
  problems: ['name-taken'],
} as const satisfies Guarded;
const readSecret = {
  method: 'get',
  path: '/secret',
  summary: 'Read what nobody may.',
  isSecret: true,
  query: z.object({ count: z.string() }),
  answer: { kind: 'json', status: 200, schema: thing },
  problems: [],
} as const satisfies Guarded;

const refusal = refusalOf({ forbidden: 403, 'name-taken': 409 });
const { serve } = contractServer((request, { isSecret }: Guarded) => {
  if (isSecret) throw refusal('forbidden', 'Nobody may.');
  return request.get('x-caller');
});

const servers: RunningServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** Answers what `addThing` was given, as a name; refuses the name "taken". */
async function anEcho(): Promise<string> {
  const routes = createRouter();
  serve(routes, addThing, ({ caller, params, query, body }) => {
    if (body.name === 'taken') throw refusal('name-taken', 'Choose another.');
    const name = [caller, params.groupId, query.count, body.name].join(' ');
    return Promise.resolve({ id: 7, name });
  });
  serve(routes, readSecret, () => Promise.resolve({ id: 1, name: 'secret' }));
  const { log } = captureLog();
  const app = createHttpApp({ log, metrics: createMetrics({ process: false }), routes });
  const server = await listen(app, { port: 0, graceMs: 0 });
  servers.push(server);
  return server.url;
}

const post = (url: string, body?: string) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-caller': 'somebody' },
    ...(body !== undefined && { body }),
  });

describe('a route of a contract', () => {
  test('is answered from what its schemas read, with its status and where the new thing is', async () => {
    const answer = await post(`${await anEcho()}/groups/3/things?count=two`, '{"name":"a thing"}');
    expect([answer.status, answer.headers.get('location')]).toEqual([201, '/things/7']);
    expect(await answer.json()).toEqual({ id: 7, name: 'somebody 3 two a thing' });
  });

  test('may be asked without a body when every field of it may be left out', async () => {
    const answer = await post(`${await anEcho()}/groups/3/things`);
    expect(await answer.json()).toEqual({ id: 7, name: 'somebody 3 one unnamed' });
  });

  test.each([
    ['path', '/groups/x/things', '{}', 'groupId'],
    ['query', '/groups/3/things?count=1&count=2', '{}', 'count'],
    ['body', '/groups/3/things', '{"name":1}', 'name'],
  ])('refuses a %s that does not fit', async (where, path, body, field) => {
    const answer = await post(`${await anEcho()}${path}`, body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      detail: expect.stringContaining(`The ${where} `) as unknown,
      errors: [{ path: field }],
    });
  });

  test('answers a refusal with a problem that is titled like its name', async () => {
    const answer = await post(`${await anEcho()}/groups/3/things`, '{"name":"taken"}');
    expect(await answer.json()).toEqual({
      type: '/problems/name-taken',
      title: 'Name taken',
      status: 409,
      detail: 'Choose another.',
    });
  });

  test('tells a caller who may not ask nothing about the input', async () => {
    const answer = await fetch(`${await anEcho()}/secret`);
    expect(answer.status).toBe(403);
  });

  test('is written for Express as Express writes paths', () => {
    expect(expressPath({ ...addThing, path: '/a/{b}/c/{d}' })).toBe('/a/:b/c/:d');
  });
});
