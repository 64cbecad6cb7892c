import type { MigrationsOptions } from '@banyan/platform';

/** The tables of synchronisation; every participating database, source or target, needs them. */
export const syncMigrations: MigrationsOptions = {
  directory: new URL('../../migrations/', import.meta.url),
  set: 'sync',
};
