import type { Lifecycle, Logger } from '@banyan/platform';
import type { RuleTable } from '@banyan/routing-rules';
import type { Audit } from './audit/audit.ts';
import { overrideChanges } from './audit/override-changes.ts';
import { auditOfRules } from './audit/rules-change.ts';
import type { FacadeConfig } from './config.ts';
import type { FacadeMetrics } from './facade-metrics.ts';
import { tlsFault } from './forward/instances/tls-options.ts';
import type { ChangeSignal } from './long-lived/change-signal.ts';
import { openOverrides, type Overrides } from './overrides/overrides.ts';
import { openRulesFile, type RulesFile } from './rules-file/rules-file.ts';

export interface ComposeRulesParts {
  readonly log: Logger;
  readonly lifecycle: Lifecycle;
  readonly metrics: FacadeMetrics;
  /** Told of each table that comes into force, the first one included. */
  readonly onTable: (table: RuleTable) => void;
  readonly changes: ChangeSignal;
  readonly orderChanges: ChangeSignal;
  readonly audit: Audit;
}

/** The rules and the local orders, both from watched files. */
export async function composeRules(
  config: FacadeConfig,
  { log, lifecycle, metrics, onTable, changes, orderChanges, audit }: ComposeRulesParts,
): Promise<{ readonly rulesFile: RulesFile; readonly orders: Overrides }> {
  const now = (): string => new Date().toISOString();
  const rulesFile = await openRulesFile({
    path: config.rulesPath,
    upstreamUrls:
      config.legacyUrl === undefined ? config.upstreams : { legacy: [config.legacyUrl], ...config.upstreams },
    facadeAddresses: [`${config.host}:${config.port}`, `${config.adminHost}:${config.adminPort}`],
    abilities: {
      verifiesTokens: config.jwksUrl !== undefined,
      signsCookies: config.cookieSecret !== undefined,
      trustsPeers: config.trustedProxies.length > 0,
      tlsFault,
    },
    log,
    now,
    onReplaced: ({ table }, count) => {
      metrics.rulesRevision.set(count);
      onTable(table);
      changes.tell();
    },
    onRefused: () => metrics.rulesRefused.inc(),
    onChange: (change) => audit.record(auditOfRules(change)),
  });
  lifecycle.onClose('rules file', () => rulesFile.close());

  const orders = await openOverrides({
    path: config.overridePath,
    capabilities: () => rulesFile.current().table.capabilities.map(({ name }) => name),
    log,
    onChange: (overrides, before, by) => {
      metrics.overrides.set(overrides.all.length);
      for (const change of overrideChanges(before, overrides, by)) audit.record(change);
      changes.tell();
      if (by !== 'replica') orderChanges.tell();
    },
    isShared: config.controlDatabaseUrl !== undefined,
    now,
  });
  lifecycle.onClose('override file', () => orders.close());
  return { rulesFile, orders };
}
