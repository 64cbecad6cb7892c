import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openApiDocument, tripContract, type RouteContract } from '../contract/index.ts';
import { call, problemOf } from '../testing/call.ts';
import { startService, type RunningService } from '../testing/running-service.ts';

const contracts: readonly RouteContract[] = Object.values(tripContract);
const concretePath = (contract: RouteContract): string => contract.path.replaceAll(/\{\w+\}/g, '1');

describe('the service', () => {
  let service: RunningService;
  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.drop());

  test('is ready when its database answers and is migrated', async () => {
    const response = await supertest(service.url).get('/ready').expect(200);
    expect(response.body).toEqual({
      checks: [
        { name: 'database', isReady: true },
        { name: 'migrations', isReady: true },
      ],
    });
  });

  test('publishes its OpenAPI document to everybody', async () => {
    const response = await supertest(service.url).get('/openapi.json').expect(200);
    expect(response.body).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
  });

  test('counts its open streams in its metrics', async () => {
    const { text } = await supertest(service.url).get('/metrics').expect(200);
    expect(text).toContain('trip_position_streams 0');
  });

  test.each(contracts)('asks for a token at $method $path', async (contract) => {
    const response = await supertest(service.url)[contract.method](concretePath(contract));
    expect([response.status, problemOf(response)]).toEqual([401, 'unauthorised']);
  });

  test.each(['somebody', '0', '2147483648'])('refuses a token whose subject is no user id: %s', async (subject) => {
    const response = await call(service.url, tripContract.listTrips, { token: await service.tokenOf(subject) });
    expect(problemOf(response)).toBe('forbidden');
  });

  test('answers a route it does not have with a problem', async () => {
    const token = await service.tokenOf(7);
    const response = await supertest(service.url).get('/vehicles').set('authorization', `Bearer ${token}`);
    expect([response.status, problemOf(response)]).toEqual([404, 'no-such-route']);
  });

  test('is not ready in a database without its tables', async () => {
    await service.database.query('alter schema banyan rename to elsewhere');
    const response = await supertest(service.url).get('/ready');
    await service.database.query('alter schema elsewhere rename to banyan');
    expect(response.status).toBe(503);
    expect(response.body).toMatchObject({ checks: [{ isReady: true }, { isReady: false }] });
  });
});
