import supertest from 'supertest';
import { expect } from 'vitest';
import { commonProblems, problem, problems, type ProblemName, type RouteContract } from '../contract/index.ts';

export interface CallInput {
  readonly token: string;
  readonly params?: Readonly<Record<string, string | number>>;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly body?: object;
}

/** Calls a route as its contract says and holds the answer against it: status, schema, no field more. */
export async function call(url: string, contract: RouteContract, input: CallInput): Promise<supertest.Response> {
  const response = await send(url, contract, input);
  if (response.status !== contract.answer.status) expectProblem(response, contract);
  else if (contract.answer.kind === 'json') expect(contract.answer.schema.parse(response.body)).toEqual(response.body);
  return response;
}

async function send(url: string, contract: RouteContract, { token, params = {}, query, body }: CallInput) {
  const path = contract.path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => String(params[name]));
  const request = supertest(url)[contract.method](path).set('authorization', `Bearer ${token}`);
  if (query) request.query(query);
  return body ? request.send(body) : request;
}

function expectProblem(response: supertest.Response, contract: RouteContract): void {
  expect(response.type).toBe('application/problem+json');
  const document = problem.parse(response.body);
  expect(document).toEqual(response.body);
  const name = document.type.replace('/problems/', '') as ProblemName;
  expect([...Object.keys(commonProblems), ...contract.problems]).toContain(name);
  expect([document.status, response.status]).toEqual([problems[name], problems[name]]);
}

/** The problem's name, for assertions: `trip-not-found`. */
export function problemOf(response: supertest.Response): string {
  return problem.parse(response.body).type.replace('/problems/', '');
}
