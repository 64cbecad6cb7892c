import type { Request, RequestHandler, Response } from 'express';
import type { TokenVerifier } from '../identity/token-verifier.ts';
import { ProblemError, problem } from './problem.ts';

export interface Caller {
  readonly subject: string;
  readonly roles: readonly string[];
  /** When the token ends, in seconds since 1970; an answer that goes on for long ends with it. */
  readonly expiresAtSeconds: number;
}

const callers = new WeakMap<Request, Caller>();

/** Answers 401 unless the request carries a verified bearer token; {@link callerOf} then tells who calls. */
export function requireSubject(verifier: TokenVerifier): RequestHandler {
  return async (request, response, next) => {
    callers.set(request, await identify(verifier, request, response));
    next();
  };
}

async function identify(verifier: TokenVerifier, request: Request, response: Response): Promise<Caller> {
  const token = /^Bearer (.+)$/i.exec(request.get('authorization') ?? '')?.[1];
  if (token === undefined) throw unauthorised('Send a bearer token.');
  const verdict = await verifier.verify(token);
  switch (verdict.kind) {
    case 'verified':
      return {
        subject: verdict.subject,
        roles: rolesOf(verdict.claims['roles']),
        expiresAtSeconds: verdict.expiresAtSeconds,
      };
    case 'refused':
      throw unauthorised(`The token was refused: ${verdict.reason}.`);
    case 'unknown':
      response.set('retry-after', '1');
      throw new ProblemError(
        problem(
          503,
          'keys-unavailable',
          'Token keys unavailable',
          `The token cannot be checked now: ${verdict.reason}.`,
        ),
      );
  }
}

const rolesOf = (claim: unknown): readonly string[] =>
  Array.isArray(claim) ? claim.filter((role) => typeof role === 'string') : [];

/** @throws {ProblemError} 401 when {@link requireSubject} did not run before */
export function callerOf(request: Request): Caller {
  const caller = callers.get(request);
  if (!caller) throw unauthorised('No verified caller.');
  return caller;
}

function unauthorised(detail: string): ProblemError {
  return new ProblemError(problem(401, 'unauthorised', 'Unauthorised', detail));
}
