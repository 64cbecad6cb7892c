import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestIssuer } from '@banyan/platform/testing';

/** What is answered to whoever asks for the keys. */
export type KeyAnswer = 'keys' | 'hang' | 'not json' | 'no keys in it' | 404 | 503;

/** The key set of an issuer, at an address that fails on demand. */
export interface KeyServer {
  readonly url: string;
  /** Whose keys it serves at first. */
  readonly issuer: TestIssuer;
  readonly askedCount: () => number;
  answer(answer: KeyAnswer): void;
  /** From now on only these issuers' keys are in the set. */
  publish(...issuers: readonly TestIssuer[]): void;
  close(): Promise<void>;
}

export async function startKeyServer(issuer: TestIssuer, first: KeyAnswer = 'keys'): Promise<KeyServer> {
  let keys = issuer.jwks.keys;
  let current = first;
  let askedCount = 0;
  const server = createServer((_request, response) => {
    askedCount += 1;
    respond(response, current, JSON.stringify({ keys }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    issuer,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`,
    askedCount: () => askedCount,
    answer: (answer) => {
      current = answer;
    },
    publish: (...issuers) => {
      keys = issuers.flatMap(({ jwks }) => jwks.keys);
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function respond(response: ServerResponse, answer: KeyAnswer, keySet: string): void {
  if (answer === 'hang') return;
  if (typeof answer === 'number') response.writeHead(answer).end('{}');
  else {
    const bodies = { keys: keySet, 'not json': '<html>', 'no keys in it': '{}' };
    response.writeHead(200, { 'content-type': 'application/json' }).end(bodies[answer]);
  }
}
