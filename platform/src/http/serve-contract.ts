import type { Request, Router } from 'express';
import type { z } from 'zod';
import type { JsonAnswer, RouteContract } from '../contract/route-contract.ts';
import { parseInput } from './parse-input.ts';

type Output<S> = S extends z.ZodType ? z.output<S> : undefined;

/** What the contract says about the request, read and checked. */
export interface Served<C extends RouteContract, Caller> {
  readonly caller: Caller;
  readonly params: Output<C['params']>;
  readonly query: Output<C['query']>;
  readonly body: Output<C['body']>;
}

interface JsonRoute {
  readonly answer: JsonAnswer;
}

export interface ContractServer<Contract extends RouteContract, Caller> {
  /** Serves one route: what does not fit its schemas is refused before `answer` is asked, and they type what it answers. */
  readonly serve: <C extends Contract & JsonRoute>(
    router: Router,
    contract: C,
    answer: (served: Served<C, Caller>) => Promise<z.output<C['answer']['schema']>>,
  ) => void;
  /** For a route that is answered in another way. */
  readonly readRequest: <C extends Contract>(contract: C, request: Request) => Served<C, Caller>;
}

/** @param admit - says who calls; it throws a {@link ProblemError} for who may not, before the input is read */
export function contractServer<Contract extends RouteContract, Caller>(
  admit: (request: Request, contract: Contract) => Caller,
): ContractServer<Contract, Caller> {
  const readRequest = <C extends Contract>(contract: C, request: Request) => {
    const { params, query, body } = contract;
    return {
      caller: admit(request, contract),
      params: params && parseInput(params, request.params, 'path'),
      query: query && parseInput(query, request.query, 'query'),
      body: body && parseInput(body, request.body ?? {}, 'body'),
    } as Served<C, Caller>;
  };
  return {
    readRequest,
    serve(router, contract, answer) {
      const { status, location } = contract.answer;
      router[contract.method](expressPath(contract), async (request, response) => {
        const body = await answer(readRequest(contract, request));
        if (location !== undefined) response.location(location.replace('{id}', idOf(body)));
        response.status(status).json(body);
      });
    },
  };
}

/** `/things/{id}` as `/things/:id`. */
export function expressPath({ path }: RouteContract): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

function idOf(body: unknown): string {
  return String((body as { readonly id: number }).id);
}
