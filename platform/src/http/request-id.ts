import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';

declare module 'express-serve-static-core' {
  interface Request {
    /** Taken from `X-Request-Id` when that is well-formed, made here otherwise; echoed in the answer. */
    requestId: string;
  }
}

// Bounded and plain: it goes into logs and headers of other processes.
const wellFormed = /^[A-Za-z0-9._-]{1,64}$/;

export const assignRequestId: RequestHandler = (request, response, next) => {
  const given = request.get('x-request-id') ?? '';
  request.requestId = wellFormed.test(given) ? given : randomUUID();
  response.set('x-request-id', request.requestId);
  next();
};
