import { createApp } from './app.ts';
import type { MonolithConfig } from './config.ts';
import { openPool } from './db/pool.ts';
import { prepareDatabase } from './db/prepare.ts';
import { scheduleNightly } from './jobs/nightly.ts';
import { sweepNoShows } from './jobs/sweep.ts';
import type { Log } from './log.ts';
import { createPositionStreams } from './routes/position-streams.ts';
import { sampleFleet } from './seed.ts';
import { listen } from './server.ts';

export interface Monolith {
  readonly port: number;
  /** Ends the streams, lets running requests end, then lets go of the database. */
  close(): Promise<void>;
}

/** @throws {LegacyError} LEGACY_DATABASE, LEGACY_LISTEN */
export async function startMonolith(config: MonolithConfig, log: Log): Promise<Monolith> {
  const { databaseUrl, host, sweepOlderThanMinutes } = config;
  const seed = config.isSeeded ? { ...sampleFleet, tripCount: config.seedTripCount } : undefined;
  const { tokens, appliedVersions, isSeededNow } = await prepareDatabase({ databaseUrl, seed });
  log.info({ event: 'database.prepared', appliedVersions, isSeededNow }, 'database prepared');

  const pool = openPool({ url: databaseUrl, log, max: config.poolSize });
  const streams = createPositionStreams({ pool, log });
  let isDraining = false;
  const app = createApp({ pool, log, tokens, streams, isDraining: () => isDraining });
  const server = await listen(app, { host, port: config.port });
  const nightly = scheduleNightly({ hour: 3, log, job: () => sweepNoShows(pool, sweepOlderThanMinutes) });
  return {
    port: server.port,
    async close() {
      isDraining = true;
      nightly.close();
      await Promise.all([streams.close(), server.close()]);
      await pool.end();
    },
  };
}
