import type { Lifecycle, Logger } from '@banyan/platform';
import type { Capability } from '@banyan/routing-rules';
import { createAudit, type Audit, type AuditChange } from './audit/audit.ts';
import { openAuditFile } from './audit/audit-file.ts';
import { createEffectWatch } from './audit/effect-watch.ts';
import { createFlagWatch } from './audit/flag-changes.ts';
import type { FacadeConfig } from './config.ts';
import type { FacadeMetrics } from './facade-metrics.ts';
import type { FlagSource } from './flags/flag-source.ts';
import type { RulesInForce } from './rules-file/rules-in-force.ts';

export interface ComposeAuditParts {
  readonly log: Logger;
  readonly lifecycle: Lifecycle;
  readonly metrics: Pick<FacadeMetrics, 'decisions'>;
  /** Asked only about flags, which are looked at when the rules are there. */
  readonly capabilities: () => readonly Capability[];
}

const lookMs = 1_000;
const effectTickMs = 10_000;

/** The audit, and its file where one is wanted. */
export function composeAudit(
  config: FacadeConfig,
  { log, lifecycle, metrics, capabilities }: ComposeAuditParts,
): Audit {
  const { auditPath: path, auditBytesLimit: bytesLimit } = config;
  const file = path === undefined ? undefined : openAuditFile({ path, bytesLimit, log });
  if (file) lifecycle.onClose('audit file', () => file.close());
  const now = (): string => new Date().toISOString();
  const effects = createEffectWatch({
    counts: () =>
      metrics.decisions.counts().map(({ labels: { capability, side }, count }) => ({ capability, side, count })),
    capabilitiesOf: (change) => concerned(change, capabilities),
    record: (change) => audit.record(change),
  });
  const ticking = setInterval(() => effects.tick(), effectTickMs).unref();
  lifecycle.onClose('audited effects', () => clearInterval(ticking));
  const audit = createAudit({
    log,
    now,
    append: (entry) => file?.append(entry),
    problem: () => file?.problem(),
    onRecorded: (entry) => effects.changed(entry),
  });
  return audit;
}

function concerned(
  { kind, concerning }: AuditChange,
  all: ComposeAuditParts['capabilities'],
): ReadonlySet<string> | undefined {
  if (kind === 'override-changed') return new Set([concerning]);
  if (kind !== 'flag-changed') return undefined;
  return new Set(
    all()
      .filter(({ flag }) => flag === concerning)
      .map(({ name }) => name),
  );
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
