import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { ClientRequest } from '../forward/client-request.ts';
import type { ClientResponse } from '../forward/client-response.ts';
import { createPublicServer, type PublicServer, type PublicServerParts } from '../public-server.ts';

/** The door of HTTP/1.1 with nothing behind it. */
export interface H1Door extends PublicServer {
  readonly port: number;
  readonly visits: readonly { readonly request: ClientRequest; readonly response: ClientResponse }[];
  readonly refusals: readonly string[];
}

export type Serve = (response: ClientResponse, request: ClientRequest) => void;

export async function openH1Door(serve: Serve, parts: Partial<PublicServerParts> = {}): Promise<H1Door> {
  const visits: { request: ClientRequest; response: ClientResponse }[] = [];
  const refusals: string[] = [];
  const door = createPublicServer({
    onVisit: ({ request, response }) => {
      visits.push({ request, response });
      serve(response, request);
    },
    onRefused: (reason) => void refusals.push(reason),
    headerBytesLimit: 16_384,
    connectionsLimit: 1_000,
    headTimeoutMs: 10_000,
    ...parts,
  });
  door.server.listen(0, '127.0.0.1');
  await once(door.server, 'listening');
  return { ...door, port: (door.server.address() as AddressInfo).port, visits, refusals };
}
