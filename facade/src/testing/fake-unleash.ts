import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a poll for flags is answered with. */
export type PollAnswer =
  'flags' | 'hang' | 'not json' | 'nothing' | 'no flags in it' | 'an empty list' | 401 | 403 | 429 | 500 | 503;

/** The part of Unleash that its clients see, and that fails on demand. The real server is in `unleash.int.test.ts`. */
export interface FakeUnleash {
  readonly url: string;
  readonly pollCount: () => number;
  /** Between the last polls, oldest first. */
  readonly lastGapsMs: (count: number) => readonly number[];
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
  let polledAtMs: readonly number[] = [];
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
        polledAtMs = [...polledAtMs, performance.now()].slice(-20);
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
    lastGapsMs: (count) =>
      polledAtMs.slice(-count - 1).flatMap((at, n, all) => (n === 0 ? [] : at - (all[n - 1] ?? at))),
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

function bodyOf(kind: Exclude<PollAnswer, 'hang' | number>, users: readonly string[]): string {
  if (kind === 'not json') return 'oops';
  if (kind === 'nothing') return '';
  if (kind === 'no flags in it') return '{}';
  if (kind === 'an empty list') return '{"version":2,"features":[]}';
  const constraints = [{ contextName: 'userId', operator: 'IN', values: users }];
  const parameters = { rollout: '100', stickiness: 'userId', groupId: 'trips.cutover' };
  const strategies = [{ name: 'flexibleRollout', parameters, constraints }];
  return JSON.stringify({ version: 2, features: [{ name: 'trips.cutover', enabled: true, strategies }] });
}
