import type pg from 'pg';
import request from 'supertest';
import { createApp } from '../app.ts';
import type { Tokens } from '../auth/tokens.ts';
import { openPool } from '../db/pool.ts';
import { prepareDatabase } from '../db/prepare.ts';
import { createLog } from '../log.ts';
import { createPositionStreams } from '../routes/position-streams.ts';
import { listen } from '../server.ts';
import { createScratchDatabase } from './scratch-database.ts';

export const smallFleet = { userCount: 60, vehicleCount: 20, tripCount: 400 };
export const operator = 1;

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
  readonly headers: Readonly<Record<string, string>>;
}

interface Call {
  readonly body?: unknown;
  /** User number; without it the request has no token. */
  readonly as?: number;
}

export interface TestMonolith {
  readonly url: string;
  readonly pool: pg.Pool;
  readonly tokens: Tokens;
  tokenOf(userId: number): Promise<string>;
  /** `call('GET /trips/7', { as: 2 })` */
  call<T = unknown>(what: `${Method} ${string}`, call?: Call): Promise<Answer<T>>;
  close(): Promise<void>;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH';

/** The whole program on a database of its own and a free port; streams look for news every 10 ms. */
export async function startTestMonolith(adminUrl: string): Promise<TestMonolith> {
  const database = await createScratchDatabase(adminUrl);
  const log = createLog('silent');
  const { tokens } = await prepareDatabase({ databaseUrl: database.url, seed: smallFleet });
  const pool = openPool({ url: database.url, log });
  const streams = createPositionStreams({ pool, log, pollMs: 10, heartbeatMs: 20, streamLimit: 4 });
  const server = await listen(createApp({ pool, log, tokens, streams, isDraining: () => false }), {
    host: '127.0.0.1',
    port: 0,
  });
  const url = `http://127.0.0.1:${server.port}`;
  const tokenOf = (userId: number): Promise<string> => tokens.sign({ userId, isOperator: userId === operator });
  return {
    url,
    pool,
    tokens,
    tokenOf,
    async call(what, { as, body } = {}) {
      const [method = 'GET', path = '/'] = what.split(' ');
      const sent = request(url)[method.toLowerCase() as Lowercase<Method>](path);
      if (as !== undefined) sent.set('authorization', `Bearer ${await tokenOf(as)}`);
      const answer = await (body === undefined ? sent : sent.send(body as object));
      return { status: answer.status, body: answer.body as never, headers: answer.headers };
    },
    async close() {
      await Promise.all([streams.close(), server.close()]);
      await pool.end();
      await database.drop();
    },
  };
}
