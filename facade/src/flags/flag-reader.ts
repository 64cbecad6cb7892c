import type { FlagReader, FlagReading } from '@banyan/routing-rules';
import type { FlagSource, FlagStatus } from './flag-source.ts';

/** The flags as the decision reads them. What is not known is off: legacy decides. */
export interface TimedFlagReader extends FlagReader {
  /** Writes the age of the flags into the reasons that decisions give; called about once a second. */
  tick(): FlagStatus;
}

interface Readings {
  readonly on: FlagReading;
  readonly off: FlagReading;
  readonly unknown: FlagReading;
}

export function createFlagReader(source: FlagSource): TimedFlagReader {
  let readings = readingsFor(source.status());
  return {
    isEnabled(flag, scopeKey) {
      const isEnabled = source.isEnabled(flag, scopeKey);
      if (isEnabled === undefined) return readings.unknown;
      return isEnabled ? readings.on : readings.off;
    },
    tick() {
      const status = source.status();
      readings = readingsFor(status);
      return status;
    },
  };
}

function readingsFor({ kind, ageSeconds, why }: FlagStatus): Readings {
  const age = ageSeconds === null ? '' : `, ${ageSeconds.toFixed(1)} s old`;
  const known = kind === 'cached' ? `the backup of an earlier start says so${age}` : `Unleash says so${age}`;
  const unknown = kind === 'none' ? `no flags are known: ${why}` : 'Unleash knows no such flag';
  return {
    on: Object.freeze({ isEnabled: true, reason: known }),
    off: Object.freeze({ isEnabled: false, reason: known }),
    unknown: Object.freeze({ isEnabled: false, reason: unknown }),
  };
}
