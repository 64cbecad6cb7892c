import type { Request, RequestHandler } from 'express';
import type { Caller, Tokens } from '../auth/tokens.ts';
import { forbidden, notFound, Refusal } from './refusal.ts';

const callers = new WeakMap<Request, Caller>();

/** Answers 401 unless the request carries one of our tokens. */
export function requireCaller(tokens: Tokens): RequestHandler {
  return async (request, _response, next) => {
    const token = /^Bearer (.+)$/i.exec(request.get('authorization') ?? '')?.[1];
    const caller = token === undefined ? undefined : await tokens.verify(token);
    if (caller === undefined) throw new Refusal(401, 'unauthorised', 'Send the bearer token of a login.');
    callers.set(request, caller);
    next();
  };
}

export function callerOf(request: Request): Caller {
  const caller = callers.get(request);
  if (caller === undefined) throw new Refusal(401, 'unauthorised', 'Send the bearer token of a login.');
  return caller;
}

export const requireOperator: RequestHandler = (request, _response, next) => {
  if (!callerOf(request).isOperator) throw forbidden('Only operators may do this.');
  next();
};

/** Whose things a request is about: the caller's, or with an operator's token anybody's. */
export function actingFor(request: Request, userId: number | undefined): number {
  const caller = callerOf(request);
  if (userId === undefined || userId === caller.userId || caller.isOperator) return userId ?? caller.userId;
  throw forbidden('Only operators may see what belongs to others.');
}

/** Others' things are not found rather than forbidden: their ids are nobody else's business. */
export function ownOrNotFound<T extends { readonly userId: number }>(
  request: Request,
  found: T | undefined,
  [thing, id]: readonly [string, number],
): T {
  const caller = callerOf(request);
  if (found && (found.userId === caller.userId || caller.isOperator)) return found;
  throw notFound(thing, id);
}
