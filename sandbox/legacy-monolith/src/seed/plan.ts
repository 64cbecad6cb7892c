export interface SeedSize {
  readonly userCount: number;
  readonly vehicleCount: number;
  readonly tripCount: number;
}

/**
 * The history ends at a fixed moment, so that two seeds are equal. Trips that are still open hang on the moment of seeding instead:
 * at a fixed date they would be weeks old, and the first nightly sweep would cancel every one of them.
 */
export interface SeedPlan extends SeedSize {
  readonly historyEnd: Date;
  readonly now: Date;
  /** How many trips are started, and how many are requested; the rest is history. */
  readonly openCount: number;
}

export const historyDays = 180;
const historyEnd = new Date('2026-11-01T00:00:00+09:00');

export function planSeed(size: SeedSize, now: Date): SeedPlan {
  const openCount = Math.min(20, Math.floor(size.tripCount / 20), size.vehicleCount);
  return { ...size, historyEnd, now, openCount };
}

/** The user of an open trip: from 101 on for requested ones, from 201 on for started ones, wrapped when there are fewer users. */
export const requesterNo = (index: number, { userCount }: SeedSize): number => 1 + ((100 + index) % userCount);
export const riderNo = (index: number, { userCount }: SeedSize): number => 1 + ((200 + index) % userCount);

/** The vehicle of the started trip: every tenth when there are 200 vehicles. */
export function busyVehicleNo(index: number, { vehicleCount, openCount }: SeedPlan): number {
  return (index + 1) * Math.floor(vehicleCount / openCount);
}

export const minutesBefore = (moment: Date, minutes: number): Date => new Date(moment.getTime() - minutes * 60_000);
