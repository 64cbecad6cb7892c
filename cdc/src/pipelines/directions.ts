import { diagnosticsFromLegacy } from './diagnostic-from-legacy.ts';
import { diagnosticsToLegacy } from './diagnostic-to-legacy.ts';
import type { Direction } from './pipeline.ts';
import { sensorsFromLegacy } from './sensor-from-legacy.ts';
import { sensorsToLegacy } from './sensor-to-legacy.ts';
import { pointsFromLegacy } from './tracking-from-legacy.ts';
import { pointsToLegacy } from './tracking-to-legacy.ts';
import { tripsFromLegacy } from './trip-from-legacy.ts';
import { tripsToLegacy } from './trip-to-legacy.ts';
import { vehiclesFromLegacy } from './vehicle-from-legacy.ts';
import { vehiclesToLegacy } from './vehicle-to-legacy.ts';

/** Everything that is synchronised. A table more is a file more here, and a line in two of these. */
export const directions: readonly Direction[] = [
  {
    name: 'legacy-trips',
    source: 'legacy',
    target: 'trips',
    topic: 'legacy.trips',
    pipelines: [tripsFromLegacy, pointsFromLegacy],
  },
  {
    name: 'legacy-vehicles',
    source: 'legacy',
    target: 'vehicles',
    topic: 'legacy.vehicles',
    pipelines: [vehiclesFromLegacy, sensorsFromLegacy, diagnosticsFromLegacy],
  },
  {
    name: 'trips-legacy',
    source: 'trips',
    target: 'legacy',
    topic: 'trips.trips',
    pipelines: [tripsToLegacy, pointsToLegacy],
  },
  {
    name: 'vehicles-legacy',
    source: 'vehicles',
    target: 'legacy',
    topic: 'vehicles.vehicles',
    pipelines: [vehiclesToLegacy, sensorsToLegacy, diagnosticsToLegacy],
  },
];
