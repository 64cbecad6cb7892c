import type { MachineFacts } from '../machine/machine.ts';
import type { Conditions } from '../parts/conditions.ts';
import type { LatencyResult } from '../parts/latency.ts';
import type { LoadPlan, ThroughputResult } from '../parts/throughput.ts';

/** Everything one run measured, as it stands in the JSON beside the page; the page is made of nothing else. */
export interface RunResult {
  /** ISO 8601, to the minute. */
  readonly startedAt: string;
  readonly command: string;
  readonly tookSeconds: number;
  readonly machine: MachineFacts;
  readonly upstream: string;
  readonly conditions: Conditions;
  readonly plans: { readonly throughput: LoadPlan; readonly latency: LoadPlan };
  readonly throughput?: readonly ThroughputResult[] | undefined;
  readonly latency?: readonly LatencyResult[] | undefined;
}

export const ours = 'Banyan facade';
