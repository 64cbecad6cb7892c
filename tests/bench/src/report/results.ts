import type { MachineFacts } from '../machine/machine.ts';
import type { BodiesResult } from '../parts/bodies.ts';
import type { Conditions } from '../parts/conditions.ts';
import type { FlipResult } from '../parts/flips.ts';
import type { HeldResult } from '../parts/held.ts';
import type { HostileResult } from '../parts/hostile.ts';
import type { LatencyResult } from '../parts/latency.ts';
import type { MachineAloneAround } from '../parts/machine-alone.ts';
import type { MatchingResult } from '../parts/matching.ts';
import type { SoakResult } from '../parts/soak.ts';
import type { ThroughputResult } from '../parts/throughput.ts';
import type { Plans } from '../plans.ts';

/** Everything one run measured, as it stands in the JSON beside the page; the page is made of nothing else. */
export interface RunResult {
  /** ISO 8601, to the minute. */
  readonly startedAt: string;
  readonly command: string;
  readonly tookSeconds: number;
  readonly machine: MachineFacts;
  readonly upstream: string;
  readonly plans: Plans;
  readonly figures: Figures;
}

/** What was not asked for is not there. */
export interface Figures {
  readonly conditions?: Conditions | undefined;
  readonly throughput?: readonly ThroughputResult[] | undefined;
  readonly machineAlone?: MachineAloneAround | undefined;
  readonly latency?: readonly LatencyResult[] | undefined;
  readonly downloads?: readonly BodiesResult[] | undefined;
  readonly uploads?: readonly BodiesResult[] | undefined;
  readonly soak?: SoakResult | undefined;
  readonly idle?: readonly HeldResult[] | undefined;
  readonly webSockets?: readonly HeldResult[] | undefined;
  readonly matching?: MatchingResult | undefined;
  readonly tableSizes?: readonly ThroughputResult[] | undefined;
  readonly flips?: readonly FlipResult[] | undefined;
  readonly hostile?: readonly HostileResult[] | undefined;
}
