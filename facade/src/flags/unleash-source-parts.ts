import type { Logger, Secret } from '@banyan/platform';
import type { FlagBackup, SavedFlags } from './flag-backup.ts';

export interface UnleashSourceParts {
  readonly url: string;
  readonly token: Secret;
  readonly instanceId: string;
  readonly refreshMs: number;
  readonly backup: FlagBackup;
  /** What decides until Unleash answers: nothing, or the flags of an earlier process. */
  readonly startWith: SavedFlags | undefined;
  /** A poller without a success for this long is replaced; the time doubles, up to 12 seconds, while nothing helps. */
  readonly silenceLimitMs: number;
  readonly log: Logger;
  /** The flags that decide are others now. */
  readonly onChange: () => void;
  readonly onPollerReplaced: () => void;
  readonly nowMs: () => number;
}
