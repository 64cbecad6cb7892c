import { contractServer, type ContractServer, type HttpAppParts } from '@banyan/platform';
import type { RouteContract } from '../contract/index.ts';
import { readCaller, type TripCaller } from './trip-caller.ts';

export type Router = HttpAppParts['routes'];

type TripServer = ContractServer<RouteContract, TripCaller>;

const server: TripServer = contractServer(readCaller);

/** Serves routes of the contract. */
export const serve: TripServer['serve'] = server.serve;
export const readRequest: TripServer['readRequest'] = server.readRequest;
