import type { Response } from 'express';

/** An error answer, RFC 9457. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly FieldProblem[];
}

export interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

/** Thrown where a request asks for what may not be; the application answers with the problem. */
export class Refusal extends Error {
  readonly problem: Problem;

  constructor(status: number, name: string, detail: string, errors?: readonly FieldProblem[]) {
    super(detail);
    this.name = 'Refusal';
    this.problem = { type: `/problems/${name}`, title: titleOf(name), status, detail, ...(errors && { errors }) };
  }
}

export const invalidRequest = (errors: readonly FieldProblem[]): Refusal =>
  new Refusal(400, 'invalid-request', 'The request is not valid; see errors.', errors);
export const notFound = (thing: string, id: number | string): Refusal =>
  new Refusal(404, `${thing}-not-found`, `There is no ${thing} ${id}.`);
export const forbidden = (detail: string): Refusal => new Refusal(403, 'forbidden', detail);

export function sendProblem(response: Response, problem: Problem): void {
  response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

/** `trip-not-found` is titled "Trip not found". */
function titleOf(name: string): string {
  const words = name.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
