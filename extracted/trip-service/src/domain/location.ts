/** Where a started trip was at one moment. */
export interface Location {
  readonly id: number;
  readonly tripId: number;
  /** Whose trip it is. */
  readonly userId: number;
  /** Degrees, as in a `Place`. */
  readonly lat: number;
  readonly lon: number;
  readonly speedMetresPerSecond: number | null;
  readonly recordedAt: string;
}
