import type { DecideInput, RuleTable } from '@banyan/routing-rules';
import type { Lifecycle, Logger } from '@banyan/platform';
import type { Audit } from './audit/audit.ts';
import { composeFlags } from './compose-flags.ts';
import { composeRules } from './compose-rules.ts';
import { composeSharing } from './compose-sharing.ts';
import type { FacadeConfig } from './config.ts';
import type { FacadeMetrics } from './facade-metrics.ts';
import { createGuards, noOwnership } from './guards/guards.ts';
import { createChangeSignal } from './long-lived/change-signal.ts';

export interface ComposeAuthoritiesParts {
  readonly log: Logger;
  readonly lifecycle: Lifecycle;
  readonly metrics: FacadeMetrics;
  readonly onTable: (table: RuleTable) => void;
  readonly audit: Audit;
}

const guardScopeLimit = 10_000;

/** Everything that decides: rules, local orders, guards, ownership and flags; and a signal when one of them changes. */
export async function composeAuthorities(config: FacadeConfig, parts: ComposeAuthoritiesParts) {
  const { metrics } = parts;
  const [changes, orderChanges] = [createChangeSignal(), createChangeSignal()];
  const { rulesFile, orders } = await composeRules(config, { ...parts, changes, orderChanges });
  const sharing = composeSharing(config, { ...parts, orders, orderChanges });
  const guards = createGuards({
    scopeLimit: guardScopeLimit,
    onChange: (count) => {
      metrics.guardAlarms.set(count);
      changes.tell();
    },
  });
  const { flagSource, flagReader, stalePolicy } = await composeFlags(config, { ...parts, changes });
  const ownership = noOwnership;
  return {
    rulesFile,
    orders,
    sharing,
    flagSource,
    flagReader,
    stalePolicy,
    ownershipSource: { kind: 'none', why: 'no hand-off records an owner yet; the flag decides' } as const,
    guards,
    changes,
    reading: {
      rules: () => rulesFile.current(),
      flags: () => flagReader,
      overrides: () => orders.current(),
      guard: guards,
      ownership,
    },
    /** As they are now, for a decision. */
    authorities: (): Omit<DecideInput, 'match' | 'request' | 'subject'> => ({
      table: rulesFile.current().table,
      flags: flagReader,
      override: orders.current(),
      guard: guards,
      ownership,
    }),
  };
}
