import 'vitest';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Superuser URL of the Postgres that the test run starts. */
    postgresUrl: string;
  }
}
