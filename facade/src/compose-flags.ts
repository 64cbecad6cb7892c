import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Lifecycle, Logger, ReadyCheck } from '@banyan/platform';
import type { FacadeConfig } from './config.ts';
import type { FacadeMetrics } from './facade-metrics.ts';
import { createFlagBackup, type FlagBackup, type SavedFlags } from './flags/flag-backup.ts';
import { createFlagReader, type StalePolicy, type TimedFlagReader } from './flags/flag-reader.ts';
import { noFlagSource, type FlagSource, type FlagStatus } from './flags/flag-source.ts';
import { createUnleashSource } from './flags/unleash-source.ts';
import type { ChangeSignal } from './long-lived/change-signal.ts';

export interface ComposeFlagsParts {
  readonly log: Logger;
  readonly lifecycle: Lifecycle;
  readonly metrics: FacadeMetrics;
  readonly changes: ChangeSignal;
}

const tickMs = 1_000;
const shortestSilenceMs = 5_000;

export interface ComposedFlags {
  readonly flagSource: FlagSource;
  readonly flagReader: TimedFlagReader;
  readonly stalePolicy: StalePolicy;
}

/** The flags; a start waits for them, but never for longer than it was told. */
export async function composeFlags(config: FacadeConfig, parts: ComposeFlagsParts): Promise<ComposedFlags> {
  const flagSource = await openFlagSource(config, parts);
  parts.lifecycle.onClose('flags', () => flagSource.close());
  await flagSource.settled(config.flagStartWaitMs);
  const stalePolicy = { then: config.flagStale, limitSeconds: config.flagMaxStaleSeconds };
  const { limitSeconds } = stalePolicy;
  const flagReader = createFlagReader(flagSource, stalePolicy);
  let wasTooOld = false;
  const tick = (): void => {
    const { ageSeconds, isTooOld } = flagReader.tick();
    parts.metrics.flagAge.set(ageSeconds ?? Infinity);
    if (isTooOld === wasTooOld) return;
    wasTooOld = isTooOld;
    const line = { event: 'flags.too-old', ageSeconds, limitSeconds, isTooOld };
    if (isTooOld) parts.log.error(line, 'the flags are too old; legacy decides until Unleash answers');
    else parts.log.info(line, 'the flags are fresh again and decide');
    parts.changes.tell();
  };
  tick();
  const ticking = setInterval(tick, tickMs).unref();
  parts.lifecycle.onClose('flag age', () => clearInterval(ticking));
  return { flagSource, flagReader, stalePolicy };
}

async function openFlagSource(config: FacadeConfig, { log, metrics, changes }: ComposeFlagsParts): Promise<FlagSource> {
  const { unleashUrl, unleashToken, flagRefreshMs } = config;
  if (unleashUrl === undefined || unleashToken === undefined) return noFlagSource('FACADE_UNLEASH_URL is not set');
  const backup = createFlagBackup(join(config.flagBackupFolder, 'flags.json'));
  return createUnleashSource({
    url: unleashUrl,
    token: unleashToken,
    instanceId: `${hostname()}-${process.pid}`,
    refreshMs: flagRefreshMs,
    backup,
    startWith: await savedFlags(config, backup, log),
    silenceLimitMs: Math.max(shortestSilenceMs, 3 * flagRefreshMs),
    log,
    onChange: () => changes.tell(),
    onPollerReplaced: () => metrics.flagPollersReplaced.inc(),
    nowMs: Date.now,
  });
}

/** Nothing, unless the operator wants a start without Unleash to go by what an earlier process knew. */
async function savedFlags(config: FacadeConfig, backup: FlagBackup, log: Logger): Promise<SavedFlags | undefined> {
  if (config.flagStart !== 'cached') return undefined;
  const reading = await backup.load();
  if (reading.kind === 'none') {
    log.warn({ event: 'flags.no-backup', why: reading.why }, 'no saved flags; without Unleash legacy decides');
    return undefined;
  }
  const ageSeconds = (Date.now() - reading.flags.savedAtMs) / 1000;
  if (ageSeconds <= config.flagMaxStaleSeconds) return reading.flags;
  log.warn(
    { event: 'flags.backup-too-old', ageSeconds, limitSeconds: config.flagMaxStaleSeconds },
    'the saved flags are too old; without Unleash legacy decides',
  );
  return undefined;
}

/** Ready by known-good flags only, unless the operator said that a start may go without them. */
export function flagsReady({ flagStart, unleashUrl }: FacadeConfig, flagSource: FlagSource): ReadyCheck {
  const isEnough = (kind: FlagStatus['kind']): boolean =>
    flagStart === 'legacy' ||
    unleashUrl === undefined ||
    kind === 'synchronized' ||
    (flagStart === 'cached' && kind === 'cached');
  return {
    name: 'flags',
    check: () => {
      const { kind, why } = flagSource.status();
      return Promise.resolve(isEnough(kind) ? { isReady: true } : { isReady: false, why });
    },
  };
}
