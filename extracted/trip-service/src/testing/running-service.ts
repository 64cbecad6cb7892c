import { createLifecycle, createTokenVerifier, type Database, type Logger, silentLogger } from '@banyan/platform';
import { createScratchDatabase, createTestIssuer } from '@banyan/platform/testing';
import { inject } from 'vitest';
import { composeTripService } from '../compose.ts';
import { readTripConfig } from '../config.ts';

export interface RunningService {
  readonly url: string;
  readonly database: Database;
  tokenOf(userId: number | string, expiresInSeconds?: number): Promise<string>;
  operatorToken(): Promise<string>;
  /** As a signal would: streams end, the server closes. */
  close(): Promise<void>;
  drop(): Promise<void>;
}

export interface RunningServiceOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly log?: Logger;
}

/** The whole service on a free port, with a database and an issuer of its own. */
export async function startService({
  env = {},
  log = silentLogger,
}: RunningServiceOptions = {}): Promise<RunningService> {
  const scratch = await createScratchDatabase(inject('postgresUrl'));
  const issuer = await createTestIssuer();
  const config = readTripConfig({
    TRIP_PORT: '0',
    TRIP_DATABASE_URL: scratch.url.reveal(),
    TRIP_JWKS_URL: 'http://127.0.0.1:1/unused',
    ...env,
  });
  const lifecycle = createLifecycle({ log });
  const verifier = createTokenVerifier({ keys: { jwks: issuer.jwks }, issuer: issuer.issuer });
  const { url } = await composeTripService(config, { log, lifecycle, verifier });
  return {
    url,
    database: scratch.database,
    tokenOf: (userId, expiresInSeconds = 600) => issuer.tokenFor(String(userId), { expiresInSeconds }),
    operatorToken: () => issuer.tokenFor('1', { roles: ['operator'] }),
    close: () => lifecycle.close('test'),
    async drop() {
      await lifecycle.close('test');
      await scratch.drop();
    },
  };
}
