import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { id, idText } from './fields.ts';
import { describeRoutes } from './openapi.ts';
import type { RouteContract } from './route-contract.ts';

const thing = z.object({ id, name: z.string() }).meta({ id: 'Thing' });
const problems = { 'thing-not-found': 404, 'name-taken': 409, 'thing-locked': 409 } as const;
const routes = {
  addThing: {
    method: 'post',
    path: '/things',
    summary: 'Add a thing.',
    body: z.object({ name: z.string() }),
    answer: { kind: 'json', status: 201, schema: thing, location: '/things/{id}' },
    problems: ['name-taken', 'thing-locked'],
  },
  readThing: {
    method: 'get',
    path: '/things/{id}',
    summary: 'Read a thing.',
    params: z.object({ id: idText }),
    query: z.object({ depth: z.string().optional() }),
    answer: { kind: 'json', status: 200, schema: thing },
    problems: ['thing-not-found'],
  },
  touchThing: {
    method: 'put',
    path: '/things/{id}/touch',
    summary: 'Touch a thing.',
    params: z.object({ id: idText }),
    body: z.object({ why: z.string().optional() }),
    answer: { kind: 'json', status: 200, schema: thing },
    problems: [],
  },
  followThing: {
    method: 'get',
    path: '/things/{id}/stream',
    summary: 'Follow a thing.',
    params: z.object({ id: idText }),
    answer: { kind: 'events', status: 200, description: 'What happens to it.' },
    problems: ['thing-not-found'],
  },
} as const satisfies Readonly<Record<string, RouteContract>>;

const info = { title: 'things', version: '1.2.3', description: 'Things.' };
const document = JSON.parse(JSON.stringify(describeRoutes({ info, routes, problems }))) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};

describe('the OpenAPI document', () => {
  test('is valid, with every reference resolved', async () => {
    const validator = new Validator();
    expect(await validator.validate(structuredClone(document))).toEqual({ valid: true });
    expect(() => validator.resolveRefs()).not.toThrow();
    expect(validator.version).toBe('3.1');
  });

  test('names the interface and asks for a token', () => {
    expect(document).toMatchObject({ info, security: [{ bearer: [] }] });
  });

  test('has each route under its name, and no other', () => {
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [operation, method, path]),
    );
    expect(operations).toEqual(
      Object.entries(routes).map(([operationId, { method, path, summary }]) => [
        expect.objectContaining({ operationId, summary }) as unknown,
        method,
        path,
      ]),
    );
  });

  test('says where a new thing is', () => {
    expect(document.paths['/things']?.['post']).toMatchObject({
      responses: { 201: { description: 'Created.', headers: { Location: { description: '/things/{id}' } } } },
    });
  });

  test('tells parameters of the path from those of the query', () => {
    expect(document.paths['/things/{id}']?.['get']).toMatchObject({
      parameters: [
        { in: 'path', name: 'id', required: true },
        { in: 'query', name: 'depth' },
      ],
      responses: { 200: { description: 'Done.' } },
    });
  });

  test('needs a body unless every field of it may be left out', () => {
    expect(document.paths['/things']?.['post']).toMatchObject({ requestBody: { required: true } });
    expect(document.paths['/things/{id}/touch']?.['put']).toMatchObject({ requestBody: { required: false } });
    expect(document.paths['/things/{id}']?.['get']).not.toHaveProperty('requestBody');
  });

  test('describes a stream of events', () => {
    expect(document.paths['/things/{id}/stream']?.['get']).toMatchObject({
      responses: { 200: { description: 'What happens to it.', content: { 'text/event-stream': {} } } },
    });
  });

  test('names the problems of each status, the common ones too', () => {
    expect(document.paths['/things']?.['post']).toMatchObject({
      responses: {
        400: { description: 'invalid-request' },
        401: { description: 'unauthorised' },
        403: { description: 'forbidden' },
        409: {
          description: 'name-taken, thing-locked',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
        503: { description: 'keys-unavailable' },
      },
    });
  });
});
