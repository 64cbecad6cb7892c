import type { FlagReader, FlagReading } from '@banyan/routing-rules';
import type { FlagSource, FlagStatus } from './flag-source.ts';

/** The flags as the decision reads them. What is not known is off: legacy decides. */
export interface TimedFlagReader extends FlagReader {
  /** Writes the age of the flags into the reasons that decisions give; called about once a second. */
  tick(): TimedFlagStatus;
  /** What the last tick found; its age is rounded to tenths. */
  lastTick(): TimedFlagStatus;
}

export interface TimedFlagStatus extends FlagStatus {
  /** Older than FACADE_FLAG_MAX_STALE_SECONDS, and FACADE_FLAG_STALE says legacy: every flag is off. */
  readonly isTooOld: boolean;
}

interface Readings {
  readonly isTooOld: boolean;
  readonly on: FlagReading;
  readonly off: FlagReading;
  readonly unknown: FlagReading;
}

export interface StalePolicy {
  readonly then: 'hold' | 'legacy';
  readonly limitSeconds: number;
}

const holdForEver: StalePolicy = { then: 'hold', limitSeconds: Infinity };

export function createFlagReader(source: FlagSource, policy: StalePolicy = holdForEver): TimedFlagReader {
  let last = look(source, policy);
  return {
    isEnabled(flag, scopeKey, bucketKey) {
      const { readings } = last;
      if (last.isTooOld) return readings.unknown;
      const isEnabled = source.isEnabled(flag, scopeKey, bucketKey);
      if (isEnabled === undefined) return readings.unknown;
      return isEnabled ? readings.on : readings.off;
    },
    tick: () => (last = look(source, policy)),
    lastTick: () => last,
  };
}

function look(source: FlagSource, policy: StalePolicy): TimedFlagStatus & { readonly readings: Readings } {
  const status = source.status();
  const readings = readingsFor(status, policy);
  const ageSeconds = status.ageSeconds === null ? null : Math.round(status.ageSeconds * 10) / 10;
  return { ...status, ageSeconds, isTooOld: readings.isTooOld, readings };
}

function readingsFor({ kind, ageSeconds, why }: FlagStatus, { then, limitSeconds }: StalePolicy): Readings {
  const isTooOld = then === 'legacy' && ageSeconds !== null && ageSeconds > limitSeconds;
  const age = ageSeconds === null ? '' : `, ${ageSeconds.toFixed(1)} s old`;
  const known = kind === 'cached' ? `the backup of an earlier start says so${age}` : `Unleash says so${age}`;
  const none = kind === 'none' ? `no flags are known: ${why}` : 'Unleash knows no such flag';
  const unknown = isTooOld ? `the flags are ${ageSeconds.toFixed(1)} s old, above ${limitSeconds} s` : none;
  return {
    isTooOld,
    on: Object.freeze({ isEnabled: true, reason: known }),
    off: Object.freeze({ isEnabled: false, reason: known }),
    unknown: Object.freeze({ isEnabled: false, reason: unknown }),
  };
}
