import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  createMetrics,
  createTokenVerifier,
  listen,
  listenOn,
  type HttpAppParts,
  type Lifecycle,
  type Logger,
  type ReadyCheck,
} from '@banyan/platform';
import { createAdminListener } from './admin/admin-server.ts';
import { createAdminRoutes } from './admin/admin-routes.ts';
import { auditFlags, composeAudit } from './compose-audit.ts';
import { composeCache } from './compose-cache.ts';
import { composeFlags } from './compose-flags.ts';
import { composeLongLived } from './compose-long-lived.ts';
import { composeRules } from './compose-rules.ts';
import { composeUpstreams } from './compose-upstreams.ts';
import type { FacadeConfig } from './config.ts';
import { createFacadeMetrics } from './facade-metrics.ts';
import { createExchanges } from './forward/exchanges.ts';
import { createUpgrader } from './forward/upgrade.ts';
import { createIdCookies } from './identity/id-cookie.ts';
import { createIdentify, type Identify } from './identity/identify.ts';
import { createTokenSubjects } from './identity/token-subjects.ts';
import { createTrustedPeers } from './identity/trusted-peers.ts';
import { createChangeSignal } from './long-lived/change-signal.ts';
import type { LongLivedRegistry } from './long-lived/long-lived-registry.ts';
import { createPublicServer } from './public-server.ts';
import { createRecorder } from './record.ts';
import { serveVisit, type ServeVisitParts } from './serve-visit.ts';

export interface RunningFacade {
  readonly url: string;
  readonly adminUrl: string;
}

export interface ComposeParts {
  readonly log: Logger;
  readonly lifecycle: Lifecycle;
}

/** Makes one facade and opens both its ports; the lifecycle closes everything, the public door first. */
export async function composeFacade(config: FacadeConfig, { log, lifecycle }: ComposeParts): Promise<RunningFacade> {
  const registry = createMetrics({ log });
  const metrics = createFacadeMetrics(registry);
  const upstreams = composeUpstreams(config, { log, registry, lifecycle });
  const upgrader = createUpgrader({ limit: config.upgradesLimit });
  lifecycle.onClose('upgrades', () => upgrader.close());
  const audit = composeAudit(config, { log, lifecycle });
  const changes = createChangeSignal();
  const { rulesFile, orders } = await composeRules(config, { log, lifecycle, metrics, upstreams, changes, audit });
  const { flagSource, flagReader } = await composeFlags(config, { log, lifecycle, metrics, changes });
  const reading = { rules: () => rulesFile.current(), flags: () => flagReader, overrides: () => orders.current() };
  const authorities = () => ({ table: rulesFile.current().table, flags: flagReader, override: orders.current() });
  const longLived = composeLongLived(config, { lifecycle, metrics, changes, authorities });

  auditFlags({ audit, lifecycle, flagSource, rules: reading.rules });

  const forwarding = createExchanges(upstreams, upgrader);
  const { cache, exchanges } = composeCache(config, { ...reading, exchanges: forwarding, metrics });

  const routes = createAdminRoutes({
    ...reading,
    cache,
    rulesPath: config.rulesPath,
    rulesFile,
    flagSource,
    orders,
    audit,
    now: isoNow,
    upstreamStatus: () => upstreams.status(),
  });
  let isOpen = false;
  const readyChecks = [readyWhen(() => isOpen)];
  const adminUrl = await openAdmin(config, { log, metrics: registry, readyChecks, lifecycle, routes });

  const url = await openDoor(config, {
    ...reading,
    identify: composeIdentify(config),
    trustedPeers: createTrustedPeers(config.trustedProxies),
    exchanges,
    longLived,
    recorder: createRecorder(log, metrics),
    targetLengthLimit: config.targetLengthLimit,
    metrics,
    log,
    lifecycle,
  });
  isOpen = true;
  log.info({ event: 'facade.listening', url, adminUrl, revision: rulesFile.current().revision }, 'the facade listens');
  return { url, adminUrl };
}

function readyWhen(isOpen: () => boolean): ReadyCheck {
  const notYet = { isReady: false, why: 'it is not open yet' };
  return { name: 'public port', check: () => Promise.resolve(isOpen() ? { isReady: true } : notYet) };
}

async function openAdmin(config: FacadeConfig, parts: HttpAppParts & ComposeParts): Promise<string> {
  const listener = createAdminListener(parts, config.adminToken);
  const admin = await listen(listener, { port: config.adminPort, host: config.adminHost, log: parts.log });
  parts.lifecycle.onClose('admin port', () => admin.close());
  return admin.url;
}

const isoNow = (): string => new Date().toISOString();

async function openDoor(
  config: FacadeConfig,
  parts: ServeVisitParts & Pick<ComposeParts, 'lifecycle'> & { readonly longLived: LongLivedRegistry },
): Promise<string> {
  const { log, metrics, lifecycle } = parts;
  const server = createPublicServer({
    onVisit: (visit) => void serveVisit(parts, visit),
    onParserError: (reason) => metrics.refusals.inc({ reason: reason || 'parser' }),
    headerBytesLimit: config.headerBytesLimit,
    connectionsLimit: config.connectionsLimit,
    headTimeoutMs: config.headTimeoutMs,
  });
  const door = await listenOn(server, { port: config.port, host: config.host, graceMs: config.drainMs, log });
  lifecycle.onClose('public port', async () => {
    // What has no end of its own is ended, within the time that requests have to finish.
    await Promise.all([door.close(), parts.longLived.drain(config.drainMs)]);
  });
  // From the first moment of closing `/ready` says no; whoever balances load gets this long to see it.
  lifecycle.onClose('readiness', () => pause(config.drainWaitMs));
  return door.url;
}

function composeIdentify({
  jwksUrl,
  tokenIssuer,
  tokenCacheCount,
  cookieSecret,
  cookieMaxAgeSeconds,
}: FacadeConfig): Identify {
  const nowSeconds = (): number => Math.floor(Date.now() / 1000);
  const tokens = jwksUrl
    ? createTokenSubjects({
        verifier: createTokenVerifier({ keys: { url: jwksUrl }, issuer: tokenIssuer }),
        rememberedCount: tokenCacheCount,
        nowSeconds,
      })
    : undefined;
  const randomId = (): string => randomBytes(16).toString('base64url');
  const cookies = cookieSecret
    ? createIdCookies({ secret: cookieSecret, maxAgeSeconds: cookieMaxAgeSeconds, nowSeconds, randomId })
    : undefined;
  return createIdentify({ tokens, cookies });
}
