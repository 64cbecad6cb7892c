import pg from 'pg';
import { createTokens, type Tokens } from '../auth/tokens.ts';
import { loadOrMakeKey } from '../dao/key-dao.ts';
import { LegacyError, messageOf } from '../legacy-error.ts';
import { seedWhenEmpty, type SeedSize } from '../seed.ts';
import { connectionSettings } from './pool.ts';
import { applySchema } from './schema.ts';

export interface PrepareOptions {
  readonly databaseUrl: string;
  /** Undefined leaves an empty database empty. */
  readonly seed: SeedSize | undefined;
}

export interface Prepared {
  readonly tokens: Tokens;
  readonly appliedVersions: readonly string[];
  readonly isSeededNow: boolean;
}

// One starting process at a time; the others wait here and find nothing left to do.
const lock = `select pg_advisory_xact_lock(hashtext('legacy-monolith.start'))`;

/**
 * Schema, signing key and sample data, in one transaction: a start that fails leaves nothing behind.
 *
 * @throws {LegacyError} LEGACY_DATABASE
 */
export async function prepareDatabase({ databaseUrl, seed }: PrepareOptions): Promise<Prepared> {
  const client = new pg.Client(connectionSettings(databaseUrl));
  client.on('error', () => undefined); // The statement that runs into it reports it.
  try {
    await client.connect();
    await client.query('begin');
    await client.query(lock);
    const appliedVersions = await applySchema(client);
    const tokens = await createTokens(await loadOrMakeKey(client));
    const isSeededNow = seed !== undefined && (await seedWhenEmpty(client, seed));
    await client.query('commit');
    return { tokens, appliedVersions, isSeededNow };
  } catch (cause) {
    throw new LegacyError('LEGACY_DATABASE', `The database could not be prepared: ${messageOf(cause)}`, { cause });
  } finally {
    await client.end().catch(() => undefined);
  }
}
