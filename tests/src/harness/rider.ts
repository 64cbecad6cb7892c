import { z } from 'zod';

/** One answer of the facade, with what it says about its decision. */
export interface Answer {
  readonly status: number;
  readonly side: string | null;
  readonly fallback: string | null;
  readonly headers: Headers;
  readonly body: unknown;
}

/** A user of the public API, logged in. */
export interface Rider {
  get(path: string): Promise<Answer>;
  post(path: string, body?: unknown): Promise<Answer>;
}

export const tripSchema = z.looseObject({
  id: z.number(),
  userId: z.number(),
  status: z.string(),
  distanceMetres: z.number(),
  cancelReason: z.string().nullable(),
});
export type Trip = z.infer<typeof tripSchema>;
export const tripListSchema = z.object({ items: z.array(tripSchema), nextCursor: z.string().nullable() });

const loginSchema = z.object({ token: z.string() });
const requestTimeoutMs = 10_000;

/** @param base - the facade, or one side to look at it directly */
export async function logIn(base: string, userId: number): Promise<string> {
  const credentials = { email: `user${userId}@fleet.example`, password: `banyan-${userId}` };
  const { status, body } = await send(base, 'POST', '/users/login', { body: credentials });
  if (status !== 200) throw new TypeError(`user ${userId} cannot log in: ${status}`);
  return loginSchema.parse(body).token;
}

export function riderAt(base: string, token: string): Rider {
  return {
    get: (path) => send(base, 'GET', path, { token }),
    post: (path, body = {}) => send(base, 'POST', path, { token, body }),
  };
}

async function send(
  base: string,
  method: string,
  path: string,
  { token, body }: { token?: string; body?: unknown },
): Promise<Answer> {
  const response = await fetch(base + path, {
    method,
    signal: AbortSignal.timeout(requestTimeoutMs),
    headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const { headers, status } = response;
  return {
    status,
    headers,
    side: headers.get('x-banyan-side'),
    fallback: headers.get('x-banyan-fallback'),
    body: text === '' ? undefined : JSON.parse(text),
  };
}
