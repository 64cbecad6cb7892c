export const tripStatuses = ['requested', 'started', 'completed', 'cancelled'] as const;
export type TripStatus = (typeof tripStatuses)[number];

/** Degrees (WGS 84), six decimals at most: 11 cm. */
export interface Place {
  readonly lat: number;
  readonly lon: number;
}

/** Times are ISO 8601 in UTC with three decimals: `2026-11-21T03:04:05.000Z`. */
export interface Trip {
  readonly id: number;
  readonly userId: number;
  readonly vehicleId: number | null;
  readonly status: TripStatus;
  readonly pickup: Place;
  readonly dropoff: Place;
  /** In the order they are driven; pickup and dropoff are the ends. */
  readonly waypoints: readonly Place[];
  readonly distanceMetres: number;
  readonly requestedAt: string;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
  readonly cancelledAt: string | null;
  readonly cancelReason: string | null;
  /** Grows by one with every change; the version of the event that tells of the change. */
  readonly version: number;
}
