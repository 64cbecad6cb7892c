import type { DatabaseUrls } from '../postgres/databases.ts';
import type { DataFolder } from '../state/data-folder.ts';
import type { SandboxSecrets } from '../state/secrets.ts';
import type { NodeProcessOptions } from '../supervisor/node-process.ts';
import { unleashProcess } from '../unleash/unleash-process.ts';

export const usualPorts = {
  postgres: 5433,
  unleash: 4242,
  monolith: 3000,
  vehicles: 3001,
  trips: 3002,
  sync: 3003,
  facade: 8080,
  facadeAdmin: 9090,
  kafka: 9092,
  kafkaController: 9093,
} as const;
export type SandboxPorts = Readonly<Record<keyof typeof usualPorts, number>>;

export interface SandboxPlan {
  readonly ports: SandboxPorts;
  readonly secrets: SandboxSecrets;
  readonly databases: DatabaseUrls;
  readonly folder: DataFolder;
  /** `host:port,…`; undefined means the embedded bus. */
  readonly kafkaBrokers: string | undefined;
}

export interface PlannedProcess extends Omit<NodeProcessOptions, 'startTimeoutMs'> {
  /** Started when these are ready; in this order in the list, so that the reverse is the order to stop in. */
  readonly after: readonly string[];
}

const tokenIssuer = 'fleet-legacy';
export const localUrl = (port: number): string => `http://127.0.0.1:${port}`;

/** What runs beside Postgres and Kafka, with everything each process is told. */
export function plannedProcesses(plan: SandboxPlan): readonly PlannedProcess[] {
  return [unleash(plan), monolith(plan), ...services(plan), sync(plan), facade(plan)];
}

function unleash({ ports, secrets, databases }: SandboxPlan): PlannedProcess {
  const server = unleashProcess({
    port: ports.unleash,
    databaseUrl: databases.own.unleash,
    adminToken: secrets.unleashAdminToken,
    clientToken: secrets.unleashClientToken,
    adminPassword: secrets.unleashAdminPassword,
    sessionSecret: secrets.unleashSessionSecret,
  });
  return { ...server, after: [] };
}

function monolith({ ports, databases }: SandboxPlan): PlannedProcess {
  return {
    name: 'monolith',
    main: 'sandbox/legacy-monolith/src/main.ts',
    env: { LEGACY_PORT: String(ports.monolith), LEGACY_DATABASE_URL: databases.own.legacy.reveal() },
    readyUrl: `${localUrl(ports.monolith)}/ready`,
    heapMebibytes: 160,
    after: [],
  };
}

function services(plan: SandboxPlan): readonly PlannedProcess[] {
  const { ports, databases } = plan;
  const jwksUrl = jwksUrlOf(plan);
  return [
    {
      name: 'vehicle-service',
      main: 'extracted/vehicle-service/src/main.ts',
      env: {
        VEHICLE_PORT: String(ports.vehicles),
        VEHICLE_DATABASE_URL: databases.own.vehicles.reveal(),
        VEHICLE_JWKS_URL: jwksUrl,
        VEHICLE_TOKEN_ISSUER: tokenIssuer,
      },
      readyUrl: `${localUrl(ports.vehicles)}/ready`,
      heapMebibytes: 128,
      after: [],
    },
    {
      name: 'trip-service',
      main: 'extracted/trip-service/src/main.ts',
      env: {
        TRIP_PORT: String(ports.trips),
        TRIP_DATABASE_URL: databases.own.trips.reveal(),
        TRIP_JWKS_URL: jwksUrl,
        TRIP_TOKEN_ISSUER: tokenIssuer,
      },
      readyUrl: `${localUrl(ports.trips)}/ready`,
      heapMebibytes: 128,
      after: [],
    },
  ];
}

function sync({ ports, databases, kafkaBrokers }: SandboxPlan): PlannedProcess {
  return {
    name: 'sync',
    main: 'cdc/src/main.ts',
    env: {
      SYNC_PORT: String(ports.sync),
      SYNC_LEGACY_DATABASE_URL: databases.sync.legacy.reveal(),
      SYNC_TRIP_DATABASE_URL: databases.sync.trips.reveal(),
      SYNC_VEHICLE_DATABASE_URL: databases.sync.vehicles.reveal(),
      SYNC_BUS: kafkaBrokers === undefined ? 'embedded' : 'kafka',
      KAFKA_BROKERS: kafkaBrokers ?? '',
    },
    // Says 200 when the initial snapshot has been applied.
    readyUrl: `${localUrl(ports.sync)}/ready`,
    heapMebibytes: 256,
    // Their migrations make the tables that are captured and written.
    after: ['monolith', 'vehicle-service', 'trip-service', ...(kafkaBrokers === undefined ? [] : ['kafka'])],
  };
}

function facade(plan: SandboxPlan): PlannedProcess {
  const { ports, secrets, folder } = plan;
  const upstreams = { legacy: ports.monolith, trips: ports.trips, vehicles: ports.vehicles };
  return {
    name: 'facade',
    main: 'facade/src/main.ts',
    env: {
      FACADE_PORT: String(ports.facade),
      FACADE_ADMIN_PORT: String(ports.facadeAdmin),
      FACADE_ADMIN_TOKEN: secrets.facadeAdminToken.reveal(),
      FACADE_COOKIE_SECRET: secrets.cookieSecret.reveal(),
      FACADE_UPSTREAMS: Object.entries(upstreams)
        .map(([name, port]) => `${name}=${localUrl(port)}`)
        .join(','),
      FACADE_UNLEASH_URL: `${localUrl(ports.unleash)}/api`,
      FACADE_UNLEASH_TOKEN: secrets.unleashClientToken.reveal(),
      FACADE_FLAG_BACKUP_DIR: folder.facade,
      FACADE_OVERRIDE_FILE: `${folder.facade}/overrides.json`,
      FACADE_JWKS_URL: jwksUrlOf(plan),
      FACADE_TOKEN_ISSUER: tokenIssuer,
    },
    readyUrl: `${localUrl(ports.facadeAdmin)}/ready`,
    heapMebibytes: 192,
    after: ['unleash', 'monolith'],
  };
}

function jwksUrlOf({ ports }: SandboxPlan): string {
  return `${localUrl(ports.monolith)}/.well-known/jwks.json`;
}
