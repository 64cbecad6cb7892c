import type { Lifecycle, Logger } from '@banyan/platform';
import { createAudit, type Audit } from './audit/audit.ts';
import { openAuditFile } from './audit/audit-file.ts';
import { createFlagWatch } from './audit/flag-changes.ts';
import type { FacadeConfig } from './config.ts';
import type { FlagSource } from './flags/flag-source.ts';
import type { RulesInForce } from './rules-file/rules-in-force.ts';

export interface ComposeAuditParts {
  readonly log: Logger;
  readonly lifecycle: Lifecycle;
}

const lookMs = 1_000;

/** The audit, and its file where one is wanted. */
export function composeAudit(config: FacadeConfig, { log, lifecycle }: ComposeAuditParts): Audit {
  const { auditPath: path, auditBytesLimit: bytesLimit } = config;
  const file = path === undefined ? undefined : openAuditFile({ path, bytesLimit, log });
  if (file) lifecycle.onClose('audit file', () => file.close());
  const now = (): string => new Date().toISOString();
  return createAudit({ log, now, append: (entry) => file?.append(entry), problem: () => file?.problem() });
}

export interface AuditFlagsParts {
  readonly audit: Audit;
  readonly lifecycle: Lifecycle;
  readonly flagSource: FlagSource;
  readonly rules: () => RulesInForce;
}

/** Writes down what the flag server says differently about the flags that the rules ask. */
export function auditFlags({ audit, lifecycle, flagSource, rules }: AuditFlagsParts): void {
  const watch = createFlagWatch({
    definition: (flag) => flagSource.definition(flag),
    status: () => flagSource.status(),
  });
  const look = (): void => {
    const flags = new Set(rules().table.capabilities.map(({ flag }) => flag));
    for (const change of watch.look([...flags])) audit.record(change);
  };
  look();
  const looking = setInterval(look, lookMs).unref();
  lifecycle.onClose('flag audit', () => clearInterval(looking));
}
