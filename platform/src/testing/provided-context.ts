import type {} from 'vitest';

declare module 'vitest' {
  /** What the global setup of the project `int` hands to every test. */
  interface ProvidedContext {
    /** Superuser URL of the run's Postgres 18, database `postgres`, wal_level logical: `inject('postgresUrl')`. */
    postgresUrl: string;
    /** Brokers of the run's Kafka, `host:port,host:port`. */
    kafkaBrokers: string;
  }
}
