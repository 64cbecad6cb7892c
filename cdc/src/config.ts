import {
  ConfigError,
  integer,
  list,
  logLevels,
  oneOf,
  optional,
  port,
  postgresUrl,
  readConfig,
  text,
  type ConfigOf,
} from '@banyan/platform';

const roles = ['all', 'capture', 'sink'] as const;
const buses = ['embedded', 'kafka'] as const;

/** The environment of the sync process. */
export const syncConfigSpec = {
  listenPort: port('SYNC_PORT', { about: 'port of /health, /ready, /metrics, /status and /parked', fallback: 3003 }),
  listenHost: text('SYNC_HOST', { about: 'address to listen on', fallback: '127.0.0.1' }),
  logLevel: oneOf('SYNC_LOG_LEVEL', logLevels, { about: 'lowest level that is logged', fallback: 'info' }),
  role: oneOf('SYNC_ROLE', roles, {
    about: 'capture and sink in one process, or one of them alone (on Kafka)',
    fallback: 'all',
  }),
  legacyDatabaseUrl: postgresUrl('SYNC_LEGACY_DATABASE_URL', { about: 'the legacy database; the role may replicate' }),
  tripDatabaseUrl: postgresUrl('SYNC_TRIP_DATABASE_URL', { about: "the trip service's database" }),
  vehicleDatabaseUrl: postgresUrl('SYNC_VEHICLE_DATABASE_URL', { about: "the vehicle service's database" }),
  bus: oneOf('SYNC_BUS', buses, { about: 'what carries changes from capture to sink', fallback: 'embedded' }),
  kafkaBrokers: list('KAFKA_BROKERS', {
    about: 'brokers to begin with, for SYNC_BUS=kafka',
    example: 'kafka-1:9092,kafka-2:9092',
    fallback: [],
  }),
  kafkaPartitionCount: integer('KAFKA_PARTITIONS', {
    about: 'partitions of each topic, fixed for the life of a migration',
    fallback: 8,
    min: 1,
    max: 1024,
  }),
  kafkaReplicationFactor: integer('KAFKA_REPLICATION_FACTOR', {
    about: "copies of each topic; -1 takes the broker's default",
    fallback: -1,
    min: -1,
    max: 9,
  }),
  acceptedTruncates: list('SYNC_ACCEPTED_TRUNCATES', {
    about:
      'truncates that were repeated by hand on the other side, source@lsn; the message of a stopped capture names them',
    example: 'legacy@16/B374D848',
    fallback: [],
  }),
  failpoint: optional(
    text('SYNC_FAILPOINT', {
      about: 'for crash tests only: the process kills itself the n-th time it comes there',
      example: 'legacy/chunk-published#3',
    }),
  ),
};
export type SyncConfig = ConfigOf<typeof syncConfigSpec>;

/** @throws {ConfigError} naming every bad key, combinations that cannot work among them */
export function readSyncConfig(env: NodeJS.ProcessEnv = process.env): SyncConfig {
  const config = readConfig(syncConfigSpec, env);
  const problems = [...roleProblems(config), ...brokerProblems(config)];
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

function roleProblems({ role, bus }: SyncConfig): readonly string[] {
  if (role === 'all' || bus === 'kafka') return [];
  return [
    `SYNC_ROLE: "${role}" needs SYNC_BUS=kafka; the embedded bus lives inside one process, example SYNC_ROLE=all`,
  ];
}

function brokerProblems({ bus, kafkaBrokers }: SyncConfig): readonly string[] {
  if (bus !== 'kafka' || kafkaBrokers.length > 0) return [];
  return [`KAFKA_BROKERS: missing (${syncConfigSpec.kafkaBrokers.about}); example KAFKA_BROKERS=127.0.0.1:9092`];
}
