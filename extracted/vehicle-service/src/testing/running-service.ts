import { createLifecycle, createTokenVerifier, type Database, silentLogger } from '@banyan/platform';
import { createScratchDatabase, createTestIssuer } from '@banyan/platform/testing';
import { inject } from 'vitest';
import { composeVehicleService } from '../compose.ts';
import { readVehicleConfig } from '../config.ts';

export interface RunningService {
  readonly url: string;
  readonly database: Database;
  tokenOf(userId: number): Promise<string>;
  operatorToken(): Promise<string>;
  drop(): Promise<void>;
}

/** The whole service on a free port, with a database and an issuer of its own. */
export async function startService(): Promise<RunningService> {
  const scratch = await createScratchDatabase(inject('postgresUrl'));
  const issuer = await createTestIssuer();
  const config = readVehicleConfig({
    VEHICLE_PORT: '0',
    VEHICLE_DATABASE_URL: scratch.url.reveal(),
    VEHICLE_JWKS_URL: 'http://127.0.0.1:1/unused',
  });
  const lifecycle = createLifecycle({ log: silentLogger });
  const verifier = createTokenVerifier({ keys: { jwks: issuer.jwks }, issuer: issuer.issuer });
  const { url } = await composeVehicleService(config, { log: silentLogger, lifecycle, verifier });
  return {
    url,
    database: scratch.database,
    tokenOf: (userId) => issuer.tokenFor(String(userId)),
    operatorToken: () => issuer.tokenFor('1', { roles: ['operator'] }),
    async drop() {
      await lifecycle.close('test');
      await scratch.drop();
    },
  };
}
