/**
 * sandbox: everything on one machine: embedded Postgres, a real Unleash server, the sample legacy monolith, the services, and traffic.
 * It must never be imported by a room: only the command and the tests start it.
 * Start reading at `postgres/start-postgres.ts`.
 */
export { startPostgres, type PostgresOptions, type RunningPostgres } from './postgres/start-postgres.ts';
export { startKafka, type KafkaOptions, type RunningKafka } from './kafka/start-kafka.ts';
export { isContinuousIntegration, ownBrokers } from './config.ts';
