import { z } from 'zod';
import { ownProgram } from '../contestants/node-peer.ts';
import { gapFigures, leastGapMicros, type GapFigures } from '../machine/clock-gaps.ts';
import { loadCore, proxyCore } from '../machine/cores.ts';
import { runPinned } from '../machine/run-pinned.ts';

/** What the machine costs when no proxy does anything: no proxy can be better than this. */
export interface MachineAlone {
  readonly gaps: GapFigures;
  /** Of 100 bytes between two processes on the two cores. */
  readonly roundTrips: RoundTrips;
}

export interface MachineAloneAround {
  readonly before: MachineAlone;
  readonly after: MachineAlone;
}

const gap = z.object({ startMicros: z.number(), lengthMicros: z.number() });
const recordingSchema = z.object({ lengthMicros: z.number(), takenMicros: z.number(), gaps: z.array(gap) });
const roundTripsSchema = z.object({ count: z.int(), p50Micros: z.number(), p99Micros: z.number() });

export type RoundTrips = z.infer<typeof roundTripsSchema>;

const watchSeconds = 3;
const roundTripCount = 20_000;
/** In mebibytes: so much garbage that nothing is collected while the clock is watched. */
const roomForGarbage = ['--min-semi-space-size=128', '--max-semi-space-size=128'];

/** @param folder - for its output meanwhile */
async function measureMachineAlone(folder: string): Promise<MachineAlone> {
  const watch = [...roomForGarbage, ownProgram('clock-gaps'), String(watchSeconds), String(leastGapMicros)];
  const recording = await runPinned({ core: proxyCore, args: watch, folder });
  const cores = [String(loadCore), String(proxyCore)];
  const exchange = [...roomForGarbage, ownProgram('round-trips'), ...cores, String(roundTripCount)];
  const roundTrips = await runPinned({ core: loadCore, args: exchange, folder });
  return {
    gaps: gapFigures(recordingSchema.parse(JSON.parse(recording))),
    roundTrips: roundTripsSchema.parse(JSON.parse(roundTrips)),
  };
}

/** The machine before and after a part, so that the page says what that part had to live with. */
export async function machineAloneAround<Result>(
  folder: string,
  run: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly machineAlone: MachineAloneAround }> {
  const before = await measureMachineAlone(folder);
  const result = await run();
  return { result, machineAlone: { before, after: await measureMachineAlone(folder) } };
}
