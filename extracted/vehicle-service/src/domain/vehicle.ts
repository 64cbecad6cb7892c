export const vehicleStatuses = ['available', 'on-trip', 'maintenance', 'retired'] as const;
export type VehicleStatus = (typeof vehicleStatuses)[number];

/** `percent` is 0..100, `litres` 0 or more; both keep two decimals. */
export type Energy =
  { readonly kind: 'battery'; readonly percent: number } | { readonly kind: 'fuel'; readonly litres: number };

/** Times are ISO 8601 in UTC with three decimals: `2026-11-21T03:04:05.000Z`. */
export interface Vehicle {
  readonly id: number;
  readonly plate: string;
  readonly model: string;
  readonly vin: string;
  readonly energy: Energy;
  readonly status: VehicleStatus;
  readonly odometerMetres: number;
  readonly firmwareVersion: string;
  /** Degrees (WGS 84), six decimals at most: 11 cm. */
  readonly position: { readonly lat: number; readonly lon: number } | null;
  readonly lastSeenAt: string | null;
  readonly registeredAt: string;
  /** Grows by one with every change; the version of the event that tells of the change. */
  readonly version: number;
}
