import type { Response } from 'express';

/**
 * An error answer in the form of RFC 9457. `type` is a stable relative reference such as `/problems/trip-not-found`.
 * `detail` says what, which one, and what to do; it never repeats a secret.
 */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** One entry per bad field of the request. */
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

/** Throw it from a route: the application answers with the problem document. For expected refusals, not for failures. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.title);
    this.name = 'ProblemError';
    this.problem = problem;
  }
}

export function problem(status: number, name: string, title: string, detail: string): Problem {
  return { type: `/problems/${name}`, title, status, detail };
}

export function sendProblem(response: Response, document: Problem): void {
  // A 401 says how to authenticate (RFC 9110, 11.6.1).
  if (document.status === 401) response.set('www-authenticate', 'Bearer');
  response.status(document.status).type('application/problem+json').send(JSON.stringify(document));
}
