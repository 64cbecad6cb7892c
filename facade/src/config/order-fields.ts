import { optional, postgresUrl } from '@banyan/platform';

/** Local orders beyond this process. */
export const orderFields = {
  controlDatabaseUrl: optional(
    postgresUrl('FACADE_CONTROL_DATABASE_URL', {
      about: 'database by which all replicas share local orders; without it an order holds where it was given',
    }),
  ),
};
