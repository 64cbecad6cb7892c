import { callerOf, contractServer, type Caller, type ContractServer, type HttpAppParts } from '@banyan/platform';
import type { RouteContract } from '../contract/index.ts';
import { refusal } from './refusal.ts';

export type Router = HttpAppParts['routes'];
type Request = Parameters<typeof callerOf>[0];

/** Serves routes of the contract. */
export const serve: ContractServer<RouteContract, Caller>['serve'] = contractServer(admit).serve;

function admit(request: Request, { isForOperators }: RouteContract): Caller {
  const caller = callerOf(request);
  if (isForOperators && !caller.roles.includes('operator')) throw refusal('forbidden', 'Only operators may do this.');
  return caller;
}
