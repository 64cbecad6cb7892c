import { below, type Random } from './random.ts';

export interface RideRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly token?: string;
}

/** Sends one request; undefined when it was not answered with success. */
type Send = (request: RideRequest) => Promise<unknown>;

export interface RiderParts {
  readonly send: Send;
  readonly random: Random;
  /** Tokens of users who logged in before; nobody logs in for every ride. */
  readonly tokens: Map<number, string>;
}

const seoul = { lat: 37.5665, lon: 126.978 };
const spreadDegrees = 0.08;
const pointCount = 4;

/**
 * One user's ride: log in, look at trips and vehicles, book, start, send positions, arrive. Each `next()` sends one request.
 * A refused request ends the ride, as it would for a person.
 */
export async function* ride(userId: number, { send, random, tokens }: RiderParts): AsyncGenerator<void, void> {
  const token = tokens.get(userId) ?? (await logIn(userId, send));
  if (token === undefined) return;
  tokens.set(userId, token);
  yield;

  const get = (path: string): Promise<unknown> => send({ method: 'GET', path, token });
  const post = (path: string, body: unknown = {}): Promise<unknown> => send({ method: 'POST', path, body, token });

  if (!(await get('/trips?limit=10'))) {
    tokens.delete(userId);
    return;
  }
  yield;
  const vehicleId = anyId(await get('/vehicles?status=available&limit=50'), random);
  yield;
  const pickup = placeNear(random);
  const trip = await post('/trips', { pickup, dropoff: placeNear(random), ...(vehicleId && { vehicleId }) });
  const tripId = idOf(trip);
  if (tripId === undefined) return;
  yield;
  if (!(await post(`/trips/${tripId}/start`))) return;
  yield;
  for (let point = 0; point < pointCount; point += 1) {
    await post(`/tracking/${tripId}/points`, { ...placeNear(random), speedMetresPerSecond: below(random, 20) });
    yield;
  }
  await get(`/tracking/${tripId}/latest`);
  yield;
  await post(`/trips/${tripId}/complete`);
  yield;
  await get(`/trips/${tripId}`);
}

async function logIn(userId: number, send: Send): Promise<string | undefined> {
  const body = { email: `user${userId}@fleet.example`, password: `banyan-${userId}` };
  const answer = await send({ method: 'POST', path: '/users/login', body });
  const token = fieldOf(answer, 'token');
  return typeof token === 'string' ? token : undefined;
}

function placeNear(random: Random): { lat: number; lon: number } {
  const shift = (): number => (random() - 0.5) * 2 * spreadDegrees;
  return { lat: Number((seoul.lat + shift()).toFixed(6)), lon: Number((seoul.lon + shift()).toFixed(6)) };
}

function anyId(list: unknown, random: Random): number | undefined {
  const items = fieldOf(list, 'items');
  return Array.isArray(items) && items.length > 0 ? idOf(items[below(random, items.length)]) : undefined;
}

function idOf(value: unknown): number | undefined {
  const id = fieldOf(value, 'id');
  return typeof id === 'number' ? id : undefined;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
