import 'vitest';

declare module 'vitest' {
  /** What the run's global setup hands to every test: `inject('postgresUrl')`. */
  export interface ProvidedContext {
    /** Superuser URL of the run's Postgres 18, database `postgres`, wal_level logical. */
    postgresUrl: string;
    /** `host:port,…` of the run's Kafka; '' when this machine can have none (the reason is printed once; under CI the run fails). */
    kafkaBrokers: string;
  }
}
