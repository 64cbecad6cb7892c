import type { MigrationsOptions } from '@banyan/platform';

/** The service's own tables. Synchronisation keeps its tables apart, as another set in the same database. */
export const vehicleMigrations: MigrationsOptions = {
  directory: new URL('../../migrations/', import.meta.url),
  set: 'vehicle-service',
};
