import type { SandboxState } from '../state/sandbox-state.ts';
import { localUrl, type SandboxPlan } from './sandbox-plan.ts';

/** What a plan tells the outside; the processes join as they start. */
export function stateOf({ ports, secrets, databases, folder, kafkaBrokers }: SandboxPlan): SandboxState {
  return {
    dataDir: folder.path,
    logFolder: folder.logs,
    bus: kafkaBrokers === undefined ? 'embedded' : 'kafka',
    kafkaBrokers: kafkaBrokers ?? null,
    postgres: { port: ports.postgres },
    unleash: {
      url: localUrl(ports.unleash),
      adminToken: secrets.unleashAdminToken,
      clientToken: secrets.unleashClientToken,
      adminPassword: secrets.unleashAdminPassword,
    },
    monolith: { url: localUrl(ports.monolith), databaseUrl: databases.own.legacy },
    vehicleService: { url: localUrl(ports.vehicles), databaseUrl: databases.own.vehicles },
    tripService: { url: localUrl(ports.trips), databaseUrl: databases.own.trips },
    sync: { url: localUrl(ports.sync) },
    facade: {
      url: localUrl(ports.facade),
      adminUrl: localUrl(ports.facadeAdmin),
      adminToken: secrets.facadeAdminToken,
    },
    processes: [],
  };
}
