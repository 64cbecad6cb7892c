import { callerOf, parseInput, type HttpAppParts } from '@banyan/platform';
import type { z } from 'zod';
import type { RouteContract } from '../contract/index.ts';
import { refusal } from './refusal.ts';

export type Router = HttpAppParts['routes'];
type Request = Parameters<typeof callerOf>[0];

type Output<S> = S extends z.ZodType ? z.output<S> : undefined;

/** What the contract says about the request, read and checked. */
interface Served<C extends RouteContract> {
  readonly params: Output<C['params']>;
  readonly query: Output<C['query']>;
  readonly body: Output<C['body']>;
}

/** Serves one route of the contract: what does not fit its schemas is refused before `answer` is asked, and they type what it answers. */
export function serve<C extends RouteContract>(
  router: Router,
  contract: C,
  answer: (served: Served<C>) => Promise<z.output<C['answer']['schema']>>,
): void {
  const { status, location } = contract.answer;
  router[contract.method](expressPath(contract), async (request, response) => {
    const body = await answer(readRequest(contract, request));
    if (location !== undefined) response.location(location.replace('{id}', idOf(body)));
    response.status(status).json(body);
  });
}

function readRequest<C extends RouteContract>(contract: C, request: Request): Served<C> {
  const { params, query, body, isForOperators } = contract;
  if (isForOperators && !callerOf(request).roles.includes('operator'))
    throw refusal('forbidden', 'Only operators may do this.');
  return {
    params: params && parseInput(params, request.params, 'path'),
    query: query && parseInput(query, request.query, 'query'),
    body: body && parseInput(body, request.body ?? {}, 'body'),
  } as Served<C>;
}

/** `/vehicles/{id}` as `/vehicles/:id`. */
function expressPath({ path }: RouteContract): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

function idOf(body: unknown): string {
  return String((body as { readonly id: number }).id);
}
