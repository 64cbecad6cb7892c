import {
  createMetrics,
  listen,
  type HttpAppParts,
  type Lifecycle,
  type Logger,
  type Metrics,
  type ReadyCheck,
} from '@banyan/platform';
import type { RuleTable } from '@banyan/routing-rules';
import { createAdminListener } from './admin/admin-server.ts';
import { createAdminRoutes } from './admin/admin-routes.ts';
import { auditFlags, composeAudit } from './compose-audit.ts';
import { composeCache } from './compose-cache.ts';
import { composeAuthorities } from './compose-authorities.ts';
import { openDoor } from './compose-door.ts';
import { composeExplainer, composeStanding } from './compose-explain.ts';
import { flagsReady } from './compose-flags.ts';
import { composeForwarding } from './compose-forwarding.ts';
import { composeLongLived } from './compose-long-lived.ts';
import { composeIdentify, composeWalk } from './compose-walk.ts';
import type { FacadeConfig } from './config.ts';
import { createDoorMetrics } from './door/door-metrics.ts';
import { createFacadeMetrics } from './facade-metrics.ts';
import type { Guards } from './guards/guards.ts';
import { createTrustedPeers } from './identity/trusted-peers.ts';
import { createWorkerMetrics } from './workers/worker-metrics.ts';
import { createSampler, type Sampler, type SamplerParts } from './sampling/sampler.ts';

export interface RunningFacade {
  readonly url: string;
  /** Undefined without a certificate. */
  readonly tlsUrl: string | undefined;
  readonly adminUrl: string;
  /** The emergency order: every capability to legacy, until the orders are lifted at the admin port or in the file. */
  sendAllToLegacy(): void;
  /** For what watches the extracted side from inside the process. */
  readonly guards: Guards;
  /** Settles when the orders of the file are in force, as they are now. */
  readonly refresh: () => Promise<void>;
}

export interface ComposeParts {
  readonly log: Logger;
  readonly lifecycle: Lifecycle;
}

/** Makes one facade and opens both its ports; the lifecycle closes everything, the public door first. */
export async function composeFacade(config: FacadeConfig, { log, lifecycle }: ComposeParts): Promise<RunningFacade> {
  const registry = registryOf(config, log);
  const metrics = createFacadeMetrics(registry);
  const {
    upstreams,
    onTable,
    exchanges: forwarding,
  } = composeForwarding(config, { log, registry, lifecycle, metrics });
  const capabilities = (): RuleTable['capabilities'] => rulesFile.current().table.capabilities;
  const audit = composeAudit(config, { log, lifecycle, metrics, capabilities });
  const deciding = await composeAuthorities(config, { log, lifecycle, metrics, onTable, audit });
  const { rulesFile, orders, flagSource, flagReader, reading } = deciding;
  const longLived = composeLongLived(config, { lifecycle, metrics, ...deciding });
  auditFlags({ audit, lifecycle, flagSource, rules: reading.rules });

  const { cache, exchanges } = composeCache(config, { ...reading, exchanges: forwarding, metrics });
  const identify = composeIdentify(config);
  const sampler = composeSampler({ ...reading, identify, now: isoNow }, lifecycle);
  const standing = composeStanding(reading, flagSource, upstreams);
  const routes = createAdminRoutes({
    ...standing,
    ...deciding,
    cache,
    rulesPath: config.rulesPath,
    audit,
    sampler,
    now: isoNow,
  });
  let isOpen = false;
  const admin = {
    log,
    metrics: registry,
    readyChecks: [readyWhen(() => isOpen), flagsReady(config, flagSource)],
    lifecycle,
    routes,
  };
  const adminUrl = await openAdmin(config, admin);

  const onlookers = { tap: sampler.tap, explainer: composeExplainer(config, { authorities: standing, metrics, log }) };
  const shared = { log, metrics, longLived, trustedPeers: createTrustedPeers(config.trustedProxies) };
  const onVisit = composeWalk(config, { ...reading, ...shared, flagReader, identify, onlookers, exchanges });
  const doorMetrics = createDoorMetrics(registry);
  const { url, tlsUrl } = await openDoor(config, { ...shared, lifecycle, doorMetrics, onVisit });
  isOpen = true;
  const { revision } = rulesFile.current();
  log.info({ event: 'facade.listening', url, tlsUrl, adminUrl, revision }, 'the facade listens');
  const sendAllToLegacy = (): void => void orders.sendAllToLegacy('SIGUSR2', 'signal');
  return { url, tlsUrl, adminUrl, sendAllToLegacy, guards: deciding.guards, refresh: () => orders.check() };
}

function registryOf({ workerCount }: FacadeConfig, log: Logger): Metrics {
  const registry = createMetrics({ log });
  // A worker is counted by its primary.
  if (workerCount === 1) createWorkerMetrics(registry, () => 1);
  return registry;
}

function composeSampler(parts: SamplerParts, lifecycle: Lifecycle): Sampler {
  const sampler = createSampler(parts);
  lifecycle.onClose('sample', () => void sampler.forget());
  return sampler;
}

function readyWhen(isOpen: () => boolean): ReadyCheck {
  const notYet = { isReady: false, why: 'it is not open yet' };
  return { name: 'public port', check: () => Promise.resolve(isOpen() ? { isReady: true } : notYet) };
}

async function openAdmin(config: FacadeConfig, parts: HttpAppParts & ComposeParts): Promise<string> {
  const listener = createAdminListener(parts, config.adminToken);
  const { adminPort: port, adminHost: host } = config;
  const admin = await listen(listener, { port, host, isExclusive: true, log: parts.log });
  parts.lifecycle.onClose('admin port', () => admin.close());
  return admin.url;
}

const isoNow = (): string => new Date().toISOString();
