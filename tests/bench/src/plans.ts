import type { SoakPlan } from './parts/soak.ts';
import type { LoadPlan } from './parts/throughput.ts';

/** How long and how often each part measures. */
export interface Plans {
  readonly throughput: LoadPlan;
  readonly latency: LoadPlan;
  readonly download: LoadPlan;
  readonly upload: LoadPlan;
  readonly tableSizes: LoadPlan;
  readonly soak: SoakPlan;
  readonly idleCount: number;
  readonly webSocketCount: number;
  readonly holdSeconds: number;
  readonly flipTimes: number;
}

// V8 compiles in threads of its own, which share the one core: on a slow machine its main thread waits for it for seconds.
export const wholePlans: Plans = {
  throughput: { connectionCount: 64, warmUpSeconds: 10, seconds: 4, roundCount: 6 },
  latency: { connectionCount: 1, warmUpSeconds: 3, seconds: 4, roundCount: 4 },
  download: { connectionCount: 4, warmUpSeconds: 3, seconds: 2, roundCount: 5 },
  upload: { connectionCount: 4, warmUpSeconds: 3, seconds: 2, roundCount: 5 },
  tableSizes: { connectionCount: 64, warmUpSeconds: 8, seconds: 3, roundCount: 5 },
  soak: { connectionCount: 64, seconds: 600, warmUpSeconds: 60, sampleEverySeconds: 5 },
  idleCount: 10_000,
  webSocketCount: 2_000,
  holdSeconds: 30,
  flipTimes: 10,
};

export const quickPlans: Plans = {
  throughput: { connectionCount: 64, warmUpSeconds: 2, seconds: 1, roundCount: 3 },
  latency: { connectionCount: 1, warmUpSeconds: 1, seconds: 1, roundCount: 3 },
  download: { connectionCount: 4, warmUpSeconds: 1, seconds: 1, roundCount: 2 },
  upload: { connectionCount: 4, warmUpSeconds: 1, seconds: 1, roundCount: 2 },
  tableSizes: { connectionCount: 64, warmUpSeconds: 2, seconds: 1, roundCount: 3 },
  soak: { connectionCount: 64, seconds: 20, warmUpSeconds: 8, sampleEverySeconds: 1 },
  idleCount: 1_000,
  webSocketCount: 200,
  holdSeconds: 3,
  flipTimes: 3,
};
