import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { operator, startTestMonolith, type Answer, type TestMonolith } from '../testing/test-monolith.ts';

// Notifications, feedback and billing: what nobody extracts for now.
let monolith: TestMonolith;
beforeAll(async () => void (monolith = await startTestMonolith(inject('postgresUrl'))));
afterAll(() => monolith.close());

interface Item {
  readonly id: number;
  readonly userId: number;
}
interface ItemPage {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

const list = (path: string, as: number): Promise<Answer<ItemPage>> => monolith.call<ItemPage>(`GET ${path}`, { as });
const refusal = (status: number, name: string) => ({ status, body: { type: `/problems/${name}` } });

async function walk(path: string, as: number): Promise<readonly number[]> {
  const ids: number[] = [];
  let cursor: string | null = null;
  do {
    const { body }: Answer<ItemPage> = await list(`${path}?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`, as);
    ids.push(...body.items.map(({ id }) => id));
    cursor = body.nextCursor;
  } while (cursor !== null);
  return ids;
}

describe('notifications', () => {
  const send = (body: object, as: number) => monolith.call<Item>('POST /notifications', { as, body });

  test('are sent to oneself, and by operators to anybody', async () => {
    expect(await send({ text: 'hello' }, 2)).toMatchObject({ status: 201, body: { userId: 2, text: 'hello' } });
    expect(await send({ userId: 2, text: 'hello' }, operator)).toMatchObject({ status: 201, body: { userId: 2 } });
    expect(await send({ userId: 2, text: 'hello' }, 3)).toMatchObject(refusal(403, 'forbidden'));
    expect(await send({ userId: 9_999, text: 'hello' }, operator)).toMatchObject(refusal(404, 'user-not-found'));
    expect(await send({ text: '' }, 2)).toMatchObject(refusal(400, 'invalid-request'));
  });

  test('are walked newest first without gaps or repeats', async () => {
    const sent: number[] = [];
    for (let count = 0; count < 5; count += 1) sent.unshift((await send({ text: `${count}` }, 4)).body.id);
    expect((await walk('/notifications', 4)).slice(0, 5)).toEqual(sent);
  });

  test('of others are for operators', async () => {
    expect(await list('/notifications?userId=4', 3)).toMatchObject(refusal(403, 'forbidden'));
    expect((await list('/notifications?userId=4', operator)).body).toEqual((await list('/notifications', 4)).body);
    expect(await list('/notifications?cursor=x', 4)).toMatchObject(refusal(400, 'invalid-request'));
  });
});

describe('feedback', () => {
  const give = (body: object, as: number) => monolith.call<Item>('POST /feedback', { as, body });
  const place = { lat: 37.5, lon: 127 };

  test('is given with or without a trip', async () => {
    const { id: tripId } = (
      await monolith.call<Item>('POST /trips', { as: 5, body: { pickup: place, dropoff: place } })
    ).body;
    expect(await give({ tripId, rating: 5, text: 'fine' }, 5)).toMatchObject({
      status: 201,
      body: { userId: 5, tripId, rating: 5, text: 'fine' },
    });
    expect(await give({ rating: 1, text: 'bad' }, 5)).toMatchObject({ status: 201, body: { tripId: null } });
    expect(await give({ tripId, rating: 5, text: 'fine' }, 6)).toMatchObject(refusal(404, 'trip-not-found'));
  });

  test('rates from 1 to 5, in whole numbers', async () => {
    for (const rating of [0, 6, 2.5, '5']) {
      const { status, body } = await give({ rating, text: 'x' }, 5);
      expect(status).toBe(400);
      expect(body).toMatchObject({ errors: [{ path: 'rating' }] });
    }
  });

  test('is walked newest first without gaps or repeats', async () => {
    const given: number[] = [];
    for (let count = 0; count < 5; count += 1) given.unshift((await give({ rating: 3, text: 'so so' }, 7)).body.id);
    expect((await walk('/feedback', 7)).slice(0, 5)).toEqual(given);
    expect(await list('/feedback?userId=7', 6)).toMatchObject(refusal(403, 'forbidden'));
  });
});

describe('billing', () => {
  const creditsOf = async (userId: number): Promise<number> =>
    (await monolith.call<{ credits: number }>('GET /billing/account', { as: userId })).body.credits;
  const charge = (body: object, as = operator) =>
    monolith.call<Item>('POST /billing/charges', { as, body: { userId: 8, credits: 10, reason: 'TRIP', ...body } });

  test('everybody sees his account, operators any', async () => {
    const own = await monolith.call('GET /billing/account', { as: 8 });
    expect(own).toMatchObject({ status: 200, body: { userId: 8 } });
    expect((await monolith.call('GET /billing/account?userId=8', { as: operator })).body).toEqual(own.body);
    expect(await monolith.call('GET /billing/account?userId=8', { as: 9 })).toMatchObject(refusal(403, 'forbidden'));
    expect(await monolith.call('GET /billing/account?userId=9999', { as: operator })).toMatchObject(
      refusal(404, 'account-not-found'),
    );
  });

  test('a charge takes its credits', async () => {
    const before = await creditsOf(8);
    const { status, body } = await charge({ tripId: 3 });
    expect(status).toBe(201);
    expect(body).toMatchObject({ userId: 8, tripId: 3, credits: 10, reason: 'TRIP' });
    expect(await creditsOf(8)).toBe(before - 10);
    expect((await list('/billing/charges', 8)).body.items[0]).toEqual(body);
  });

  test('charges at once never take more than there is', async () => {
    await monolith.pool.query('update bil_acct set crdt_amt = 25 where usr_no = 9');
    const answers = await Promise.all(Array.from({ length: 5 }, () => charge({ userId: 9 })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 409, 409, 409]);
    expect(answers.find(({ status }) => status === 409)).toMatchObject(refusal(409, 'credits-exhausted'));
    expect(await creditsOf(9)).toBe(5);
  });

  test('charges are made by operators, for accounts that are there', async () => {
    expect(await charge({}, 8)).toMatchObject(refusal(403, 'forbidden'));
    expect(await charge({ userId: 9_999 })).toMatchObject(refusal(404, 'account-not-found'));
    expect(await charge({ credits: 0, reason: '' })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'credits' }, { path: 'reason' }] },
    });
  });

  test('charges are walked newest first without gaps or repeats', async () => {
    const made: number[] = [];
    for (let count = 0; count < 5; count += 1) made.unshift((await charge({ userId: 10, credits: 1 })).body.id);
    expect((await walk('/billing/charges', 10)).slice(0, 5)).toEqual(made);
    expect(await list('/billing/charges?userId=10', 9)).toMatchObject(refusal(403, 'forbidden'));
  });
});
