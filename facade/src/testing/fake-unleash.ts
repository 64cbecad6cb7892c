import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a poll for flags is answered with. */
export type PollAnswer = 'flags' | 'hang' | 'not json' | 'no flags in it' | 401 | 403 | 503;

/** The part of Unleash that its clients see, and that fails on demand. The real server is in `flags/unleash.int.test.ts`. */
export interface FakeUnleash {
  readonly url: string;
  readonly pollCount: () => number;
  /** Users for whom the flag `trips.cutover` is on. */
  setUsers(users: readonly string[]): void;
  /** Answers to the next polls, one each; `flags` when there are none left. */
  answerNext(answers: readonly PollAnswer[]): void;
  /** The answer to all further polls. */
  answerAlways(answer: PollAnswer): void;
  /** Stops listening and cuts all connections. */
  kill(): Promise<void>;
  revive(): Promise<void>;
}

export async function startFakeUnleash(): Promise<FakeUnleash> {
  let users: readonly string[] = [];
  let pollCount = 0;
  let next: PollAnswer[] = [];
  let always: PollAnswer = 'flags';

  const answer = (response: ServerResponse, kind: PollAnswer): void => {
    if (kind === 'hang') return;
    if (typeof kind === 'number') response.writeHead(kind).end('{}');
    else response.writeHead(200, { 'content-type': 'application/json' }).end(bodyOf(kind, users));
  };
  const listenOn = async (port: number): Promise<Server> => {
    const server = createServer((request, response) => {
      if (request.url?.startsWith('/api/client/features') === true) {
        pollCount += 1;
        answer(response, next.shift() ?? always);
      } else response.writeHead(202).end();
    }).listen(port, '127.0.0.1');
    await once(server, 'listening');
    return server;
  };
  let server = await listenOn(0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/api`,
    pollCount: () => pollCount,
    setUsers: (named) => {
      users = named;
    },
    answerNext: (answers) => {
      next = [...answers];
    },
    answerAlways: (kind) => {
      always = kind;
    },
    kill: async () => {
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
    revive: async () => {
      server = await listenOn(port);
    },
  };
}

function bodyOf(kind: 'flags' | 'not json' | 'no flags in it', users: readonly string[]): string {
  if (kind === 'not json') return 'oops';
  if (kind === 'no flags in it') return '{}';
  const constraints = [{ contextName: 'userId', operator: 'IN', values: users }];
  const parameters = { rollout: '100', stickiness: 'userId', groupId: 'trips.cutover' };
  const strategies = [{ name: 'flexibleRollout', parameters, constraints }];
  return JSON.stringify({ version: 2, features: [{ name: 'trips.cutover', enabled: true, strategies }] });
}
